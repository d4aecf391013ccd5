-- Traces whose reports have been judged again.
INSERT INTO recompute_keys_{run}
SELECT trace_key
FROM action_reports
WHERE bucket IN (SELECT arrayJoin(buckets) FROM recompute_queue FINAL WHERE segment_id IN ({segments}))
  AND (bucket, trace_id, span_id) IN (SELECT bucket, trace_id, span_id FROM reattributions WHERE segment_id IN ({segments}))
