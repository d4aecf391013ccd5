-- The buckets that were touched are kept with the first segment of the group:
-- those of all reports of these traces, and so of their actions, and those of
-- what was written of them before, also of what an interrupted run has buried.
-- Not those of days whose reports the retention drops: what is left of them would
-- replace a rollup that outlives them.
INSERT INTO recompute_queue (segment_id, state, reports, buckets, touched, enqueued_at, version)
WITH
(
    SELECT if(max(days) = 0, 20000, max(days))
    FROM
    (
        SELECT toUInt32OrZero(extract(create_table_query, 'TTL toDate\\(bucket\\) \\+ toIntervalDay\\((\\d+)\\)')) AS days
        FROM system.tables
        WHERE database = currentDatabase() AND name = 'action_reports'
    )
) AS kept_days,
(
    SELECT groupUniqArray(bucket)
    FROM
    (
        SELECT bucket FROM recompute_previous_{run}
        UNION ALL
        SELECT arrayJoin(CAST([{buckets}], 'Array(DateTime(\'UTC\'))'))
    )
    WHERE toDate(bucket) > toDate(now('UTC')) - kept_days
) AS changed
SELECT segment_id, 'resolved', reports, buckets, if(segment_id = '{first}', changed, []), enqueued_at, 2
FROM recompute_queue FINAL
WHERE segment_id IN ({segments}) AND {held}
