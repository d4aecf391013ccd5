-- The buckets that were touched are kept with the first segment of the group:
-- those of all actions of these traces, also of what an interrupted run before
-- this one has buried. Not those of days whose reports the retention drops:
-- what is left of them would replace a rollup that outlives them.
INSERT INTO recompute_queue (segment_id, state, reports, buckets, touched, enqueued_at, version)
SELECT
    segment_id,
    'resolved',
    reports,
    buckets,
    if(segment_id = '{first}',
       (SELECT groupUniqArray(bucket) FROM actions
        WHERE bucket IN (SELECT bucket FROM recompute_buckets_{run})
          AND trace_key IN (SELECT trace_key FROM recompute_keys_{run})
          AND toDate(bucket) > toDate(now('UTC')) -
              (SELECT if(max(days) = 0, 20000, max(days)) FROM
                  (SELECT toUInt32OrZero(extract(create_table_query, 'TTL toDate\\(bucket\\) \\+ toIntervalDay\\((\\d+)\\)')) AS days
                   FROM system.tables
                   WHERE database = currentDatabase() AND name = 'action_reports'))),
       []),
    enqueued_at,
    2
FROM recompute_queue FINAL
WHERE segment_id IN ({segments})
