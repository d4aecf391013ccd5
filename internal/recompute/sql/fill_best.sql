-- Of the reports that do not lie inside the platform, the best of each call.
-- Which lie inside: as in outside.sql.
INSERT INTO recompute_best_{run}
SELECT
    call,
    multiIf(
        bitTest(c.sources, 1), 1,
        bitTest(c.sources, 2) AND (NOT callerless OR grp NOT IN (SELECT grp FROM recompute_groups_{run} WHERE callerless AND edges > 0)), 2,
        bitTest(c.sources, 3) AND (NOT traced OR grp IN (SELECT grp FROM recompute_groups_{run} WHERE {gateless}) AND server NOT IN (SELECT hash FROM recompute_inside_{run})), 3,
        bitTest(c.sources, 4) AND (NOT traced OR client NOT IN (SELECT hash FROM recompute_inside_{run})), 4,
        0) AS best,
    reports,
    bitTest(c.sources, 4),
    if(best != 0 AND bitTest(unknown, best), arrayFirst(source -> bitTest(bitXor(c.sources, unknown), source), [1, 2, 3, 4]), 0),
    several OR (bitTest(c.sources, 1) OR callerless) AND grp IN (SELECT grp FROM recompute_groups_{run} WHERE lends) AS hard
FROM recompute_calls_{run} AS c
WHERE best != 0 OR hard
