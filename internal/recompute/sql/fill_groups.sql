INSERT INTO recompute_groups_{run}
SELECT
    grp,
    groupBitOr(c.sources),
    sum(c.servers),
    countIf(bitTest(c.sources, 1)) AS edges,
    max(bitTest(c.sources, 4) AND (several OR callerless OR bitAnd(c.sources, 6) = 0)),
    edges = 1 AND countIf(callerless) = 1 AND max(bitTest(unknown, 1)) AND max(callerless AND NOT bitTest(unknown, 2))
FROM recompute_calls_{run} AS c
WHERE traced
GROUP BY grp
