-- The best reports of calls, as they are.
SELECT r.* EXCEPT (grp, call, place, spot), b.reports AS reports, b.called AS called, toUInt8(0) AS further
FROM {marked} AS r
INNER JOIN (SELECT * FROM recompute_best_{run} WHERE NOT hard AND lender = 0) AS b ON r.call = b.call AND toUInt8(r.source) = b.source
