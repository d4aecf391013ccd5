INSERT INTO recompute_found_{run}
SELECT DISTINCT bucket
FROM action_reports
WHERE bucket IN (SELECT bucket FROM recompute_buckets_{run})
  AND bucket NOT IN (SELECT bucket FROM recompute_found_{run})
  AND trace_key IN recompute_keys_{run}
