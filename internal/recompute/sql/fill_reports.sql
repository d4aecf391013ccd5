INSERT INTO recompute_reports_{run}
WITH touched AS
(
    SELECT DISTINCT trace_key, bucket
    FROM action_reports
    WHERE bucket IN (SELECT bucket FROM recompute_buckets_{run})
      AND trace_key IN (SELECT trace_key FROM recompute_keys_{run})
)
SELECT
    reports.*,
    trace_id != toFixedString('', 16) AS traced,
    if(traced, cityHash64(trace_id, parts.part), cityHash64(call_key, parts.part)) AS grp,
    cityHash64(grp, call_key) AS call,
    cityHash64(grp, service_name) AS place,
    cityHash64(place, span_id) AS spot,
    cityHash64(connector_id, identity_status, user_id, method, route, status_code, duration_ns, bytes_in, bytes_out) AS content,
    rowNumberInAllBlocks() AS row
FROM action_reports AS reports
LEFT ANY JOIN
(
    -- For the few traces that are longer than 15 minutes: the first bucket of the part.
    SELECT trace_key, bucket, max(first) OVER (PARTITION BY trace_key ORDER BY bucket) AS part
    FROM
    (
        SELECT
            trace_key,
            bucket,
            toUnixTimestamp(bucket) AS at,
            if(at - lagInFrame(at, 1, 0) OVER (PARTITION BY trace_key ORDER BY bucket ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) > 900, at, 0) AS first
        FROM touched
        WHERE trace_key IN (SELECT trace_key FROM touched GROUP BY trace_key HAVING max(bucket) - min(bucket) > 900)
    )
) AS parts ON reports.trace_key = parts.trace_key AND reports.bucket = parts.bucket
WHERE reports.bucket IN (SELECT bucket FROM recompute_buckets_{run})
  AND reports.trace_key IN (SELECT trace_key FROM recompute_keys_{run})
