-- The version of what is written now: later than all that it replaces, also
-- when the clock was set back.
SELECT toUnixTimestamp64Micro(greatest(now64(6, 'UTC'), max(computed_at) + INTERVAL 1 MICROSECOND))
FROM actions
WHERE bucket IN (SELECT bucket FROM recompute_buckets_{run})
