-- Likewise, of calls whose connector another report knows.
SELECT r.* EXCEPT (grp, call, place, spot, number, called, further) REPLACE ({adopted}), r.number AS reports, r.called AS called, r.further AS further
FROM
(
    SELECT best.*, b.reports AS number, b.called AS called, toUInt8(0) AS further
    FROM {marked} AS best
    INNER JOIN (SELECT * FROM recompute_best_{run} WHERE NOT hard AND lender != 0) AS b ON best.call = b.call AND toUInt8(best.source) = b.source
) AS r
INNER JOIN
(
    SELECT other.*
    FROM {marked} AS other
    INNER JOIN (SELECT * FROM recompute_best_{run} WHERE NOT hard AND lender != 0) AS o ON other.call = o.call AND toUInt8(other.source) = o.lender
) AS k ON r.call = k.call
