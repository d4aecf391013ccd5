-- The version of what is written now: later than all that it replaces, also
-- when the clock was set back. How many actions there were, and may still be.
SELECT toUnixTimestamp64Micro(greatest(now64(6, 'UTC'), max(computed_at) + INTERVAL 2 MICROSECOND)), count(), countIf(live)
FROM recompute_previous_{run}
