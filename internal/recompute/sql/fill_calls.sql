INSERT INTO recompute_calls_{run}
SELECT
    call,
    any(grp),
    any(traced),
    groupBitOr(bit) AS sources,
    groupBitOr(if(connector_id = '', bit, 0)),
    count() AS reports,
    countIf(source = 'server'),
    reports != bitCount(sources),
    max({callerless}),
    anyIf(spot, source = 'server'),
    anyIf(place, source = 'client')
FROM (SELECT *, bitShiftLeft(toUInt8(1), toUInt8(source)) AS bit FROM {marked})
GROUP BY call
