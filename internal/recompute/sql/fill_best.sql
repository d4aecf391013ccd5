-- Of the reports that do not lie inside the platform, the best of each call.
-- rank puts a report's source above its row, so that the least is the best.
INSERT INTO recompute_best_{run}
SELECT
    call,
    bitAnd(min(rank), 0xfffffffffffffff),
    0,
    count(),
    bitTest(groupBitOr(from_source), 4),
    count() != bitCount(groupBitOr(from_source)) AS several
FROM
(
    SELECT
        call,
        if({outside}, bitOr(bitShiftLeft(toUInt64(source), 60), row), 0xffffffffffffffff) AS rank,
        bitShiftLeft(toUInt8(1), toUInt8(source)) AS from_source
    FROM recompute_reports_{run}
)
GROUP BY call
HAVING several OR min(rank) != 0xffffffffffffffff
