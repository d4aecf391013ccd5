INSERT INTO recompute_lenders_{run}
SELECT call, {lent}
FROM {marked}
WHERE (call, toUInt8(source)) IN (SELECT call, lender FROM recompute_best_{run} WHERE NOT hard AND lender != 0)
