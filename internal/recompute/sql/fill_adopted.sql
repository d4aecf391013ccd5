INSERT INTO recompute_adopted_{run}
WITH
unknown AS
(
    SELECT call, source, row
    FROM recompute_reports_{run}
    WHERE connector_id = '' AND row IN (SELECT row FROM recompute_picked_{run})
),
-- The callerless log that belongs to the only edge report of its trace.
logs AS
(
    SELECT anyIf(call, source = 'edge') AS entry, anyIf(call, {callerless}) AS log
    FROM recompute_reports_{run}
    WHERE grp IN (SELECT grp FROM recompute_groups_{run} WHERE lends)
    GROUP BY grp
),
-- Who made the call, by each other source that knows.
others AS
(
    SELECT call, source, argMin(row, (timestamp, span_id, content)) AS row
    FROM
    (
        SELECT *, cityHash64(* EXCEPT (row)) AS content
        FROM recompute_reports_{run}
        WHERE connector_id != '' AND call IN (SELECT call FROM unknown)
        UNION ALL
        SELECT r.* REPLACE (logs.entry AS call), cityHash64(r.* EXCEPT (row)) AS content
        FROM recompute_reports_{run} AS r
        INNER JOIN logs ON r.call = logs.log
        WHERE connector_id != ''
    )
    GROUP BY call, source
),
pairs AS
(
    SELECT u.row AS best, argMin(o.row, o.source) AS known
    FROM unknown AS u
    INNER JOIN others AS o ON u.call = o.call
    WHERE u.source != o.source
    GROUP BY best
)
SELECT r.* REPLACE ({adopted})
FROM recompute_reports_{run} AS r
INNER JOIN pairs AS p ON r.row = p.best
INNER JOIN recompute_reports_{run} AS k ON k.row = p.known
