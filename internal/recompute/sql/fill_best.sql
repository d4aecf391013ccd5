-- Of the reports that do not lie inside the platform, the best of each call.
-- Further spans of the same service and rank under the same caller's span are
-- calls of their own; a span that was sent twice counts once.
INSERT INTO recompute_best_{run}
SELECT tupleElement(kept, 6), number > 1, reports
FROM
(
    SELECT
        uniqExact(spot, source) AS reports,
        arraySort(groupArrayIf((source, toUnixTimestamp64Nano(timestamp), spot, place, content, row), outside)) AS sorted,
        arrayFilter(x -> x.1 = sorted[1].1 AND x.4 = sorted[1].4, sorted) AS best,
        arrayFilter((x, n) -> n = 1, best, arrayEnumerateUniq(arrayMap(x -> x.3, best))) AS calls
    FROM
    (
        SELECT
            call, source, timestamp, spot, place, content, row,
            multiIf(
                NOT traced OR source <= 'gateway_log', 1,
                source = 'server',
                    grp NOT IN (SELECT grp FROM recompute_reports_{run} WHERE source <= 'gateway_log' AND traced)
                    AND spot NOT IN (SELECT spot FROM recompute_hops_{run}),
                place NOT IN (SELECT place FROM recompute_reports_{run} WHERE source != 'client' AND traced AND service_name != '')
            ) AS outside
        FROM recompute_reports_{run}
    )
    GROUP BY call
)
ARRAY JOIN calls AS kept, arrayEnumerate(calls) AS number
