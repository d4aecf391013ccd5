INSERT INTO recompute_touched_{run}
SELECT DISTINCT arrayJoin(touched)
FROM recompute_queue FINAL
WHERE segment_id IN ({segments})
