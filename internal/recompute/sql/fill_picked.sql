-- The best of each call. Further spans of the same service and rank under the same
-- caller's span are calls of their own; a span that was sent twice counts once.
INSERT INTO recompute_picked_{run}
SELECT tupleElement(kept, 6), number > 1, reports, called
FROM
(
    SELECT
        call,
        uniqExact(spot, source) AS reports,
        countIf(source = 'client') > 0 AS called,
        arraySort(groupArrayIf((source, toUnixTimestamp64Nano(timestamp), spot, place, content, row), outside)) AS sorted,
        arrayFilter(x -> x.1 = sorted[1].1 AND x.4 = sorted[1].4, sorted) AS best,
        arrayFilter((x, n) -> n = 1, best, arrayEnumerateUniq(arrayMap(x -> x.3, best))) AS calls
    FROM
    (
        -- content tells those of a span that was sent twice apart, however they came.
        SELECT
            call, source, timestamp, spot, place, row,
            cityHash64(* EXCEPT (row)) AS content,
            {outside} AS outside
        FROM recompute_reports_{run}
    )
    GROUP BY call
)
ARRAY JOIN calls AS kept, arrayEnumerate(calls) AS number
