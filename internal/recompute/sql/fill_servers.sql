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
            any(reports.span_id) AS span_id,
            any(reports.parent_span_id) AS parent_span_id,
            min(toUnixTimestamp64Nano(timestamp)) AS start,
            max(toUnixTimestamp64Nano(timestamp) + toInt64(duration_ns)) AS end
        FROM recompute_reports_{run} AS reports
        WHERE source = 'server' AND traced
          AND grp IN
          (
              SELECT grp
              FROM recompute_reports_{run}
              WHERE source = 'server' AND traced
                AND grp NOT IN (SELECT grp FROM recompute_reports_{run} WHERE source <= 'gateway_log' AND traced)
              GROUP BY grp
              HAVING count() > 1
          )
        GROUP BY grp, place, spot
    )
)
