INSERT INTO recompute_buckets_{run}
SELECT DISTINCT arrayJoin(buckets) + arrayJoin([-900, -600, -300, 0, 300, 600, 900]) AS bucket
FROM recompute_queue FINAL
WHERE segment_id IN ({segments})
