INSERT INTO recompute_traces_{run}
SELECT trace_key, max(bucket) - min(bucket) > 900
FROM action_reports
WHERE bucket IN ({buckets})
  AND trace_key IN recompute_keys_{run}
GROUP BY trace_key
HAVING count() > 1
