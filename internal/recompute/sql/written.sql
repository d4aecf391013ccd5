-- The actions that have just been written.
SELECT *, trace_id != toFixedString('', 16) AS traced
FROM actions
WHERE bucket IN ({buckets}) AND computed_at = fromUnixTimestamp64Micro({version}, 'UTC')
