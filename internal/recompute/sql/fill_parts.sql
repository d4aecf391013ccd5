INSERT INTO recompute_parts_{run}
SELECT trace_key, bucket, max(first) OVER (PARTITION BY trace_key ORDER BY bucket)
FROM
(
    SELECT
        trace_key,
        bucket,
        toUnixTimestamp(bucket) AS at,
        if(at - lagInFrame(at, 1, 0) OVER (PARTITION BY trace_key ORDER BY bucket ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) > 900, at, 0) AS first
    FROM
    (
        SELECT DISTINCT trace_key, bucket
        FROM action_reports
        WHERE bucket IN ({buckets})
          AND trace_key IN (SELECT trace_key FROM recompute_traces_{run} WHERE long)
    )
)
