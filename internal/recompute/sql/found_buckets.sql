-- Those of the buckets in which the traces have reports.
SELECT groupUniqArray(toUnixTimestamp(bucket))
FROM action_reports
WHERE bucket IN ({further})
  AND trace_key IN recompute_keys_{run}
