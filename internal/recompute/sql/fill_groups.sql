INSERT INTO recompute_groups_{run}
SELECT
    grp,
    bitAnd(marks, 30),
    servers,
    edges,
    bitTest(marks, 6),
    edges = 1 AND callerless = 1 AND bitTest(marks, 5) AND bitTest(marks, 7),
    callerless > 0
FROM
(
    SELECT
        grp,
        groupBitOr(c.sources
            + if(bitTest(unknown, 1), 32, 0)
            + if(bitTest(c.sources, 4) AND (several OR c.callerless OR bitAnd(c.sources, 6) = 0), 64, 0)
            + if(c.callerless AND NOT bitTest(unknown, 2), 128, 0)) AS marks,
        sum(c.servers) AS servers,
        sum(bitTest(c.sources, 1)) AS edges,
        sum(c.callerless) AS callerless
    FROM recompute_calls_{run} AS c
    WHERE traced
    GROUP BY grp
)
