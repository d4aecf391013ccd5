INSERT INTO recompute_servers_{run}
SELECT
    grp,
    spot,
    place,
    parent_span_id,
    start,
    number,
    max(end) OVER (PARTITION BY place ORDER BY number ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
FROM
(
    SELECT *, row_number() OVER (PARTITION BY grp ORDER BY start, end DESC, span_id, spot) AS number
    FROM
    (
        SELECT
            grp,
            place,
            spot,
            any(marked.span_id) AS span_id,
            any(marked.parent_span_id) AS parent_span_id,
            min(toUnixTimestamp64Nano(timestamp)) AS start,
            max(toUnixTimestamp64Nano(timestamp) + toInt64(duration_ns)) AS end
        FROM {marked} AS marked
        WHERE source = 'server' AND traced
          AND grp IN (SELECT grp FROM recompute_groups_{run} WHERE {gateless} AND servers > 1)
        GROUP BY grp, place, spot
    )
)
