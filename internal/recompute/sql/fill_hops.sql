-- A server report is a hop when one above it is running as it starts: of the
-- service whose client report is its parent, or, where the parent is not
-- reported, of any other service.
INSERT INTO recompute_inside_{run}
WITH
callers AS
(
    SELECT grp, span_id, min(place) AS place
    FROM {marked}
    WHERE source = 'client' AND grp IN (SELECT grp FROM recompute_servers_{run})
    GROUP BY grp, span_id
),
above AS
(
    SELECT s.spot AS spot, s.start AS start, s.number AS number, c.place AS caller
    FROM recompute_servers_{run} AS s
    INNER JOIN callers AS c ON s.grp = c.grp AND s.parent_span_id = c.span_id
    UNION ALL
    SELECT s.spot AS spot, s.start AS start, s.number AS number, o.place AS caller
    FROM recompute_servers_{run} AS s
    INNER JOIN (SELECT DISTINCT grp, place FROM recompute_servers_{run}) AS o ON s.grp = o.grp
    WHERE s.place != o.place
      AND s.parent_span_id != toFixedString('', 8)
      AND (s.grp, s.parent_span_id) NOT IN (SELECT grp, span_id FROM callers)
)
SELECT DISTINCT a.spot
FROM above AS a
ASOF INNER JOIN recompute_servers_{run} AS v ON a.caller = v.place AND a.number > v.number
WHERE v.until >= a.start
