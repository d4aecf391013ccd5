INSERT INTO recompute_found_{run}
SELECT trace_key, bucket
FROM action_reports
WHERE bucket IN (SELECT bucket FROM recompute_buckets_{run})
  AND trace_key IN (SELECT trace_key FROM recompute_keys_{run})
GROUP BY trace_key, bucket
SETTINGS use_index_for_in_with_subqueries_max_values = 10000 -- sorting many keys costs more than it saves
