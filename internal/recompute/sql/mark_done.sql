INSERT INTO recompute_queue (segment_id, state, reports, buckets, touched, enqueued_at, version)
SELECT segment_id, 'done', reports, buckets, touched, enqueued_at, 3
FROM recompute_queue FINAL
WHERE segment_id IN ({segments}) AND {held}
