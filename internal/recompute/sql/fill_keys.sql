INSERT INTO recompute_keys_{run}
SELECT trace_key
FROM action_reports
WHERE bucket IN (SELECT arrayJoin(buckets) FROM recompute_queue FINAL WHERE segment_id IN ({segments}))
  AND segment_id IN ({segments})
