-- Many small groups: one state of each kind costs less than many that say the
-- same. Of equal values, and of one value among zeros, groupBitOr is that value.
INSERT INTO recompute_calls_{run}
SELECT
    call,
    grp,
    bitTest(marks, 0),
    bitAnd(marks, 30) AS sources,
    bitAnd(bitShiftRight(marks, 4), 30),
    bitAnd(numbers, 4294967295) AS reports,
    bitShiftRight(numbers, 32),
    reports != bitCount(sources),
    bitTest(marks, 9),
    server,
    client
FROM
(
    SELECT
        call,
        groupBitOr(r.grp) AS grp,
        groupBitOr(traced + bit + if(connector_id = '', bitShiftLeft(bit, 4), 0) + if({callerless}, 512, 0)) AS marks,
        sum(if(source = 'server', 4294967297, 1)) AS numbers,
        groupBitOr(if(source = 'server', spot, 0)) AS server,
        groupBitOr(if(source = 'client', place, 0)) AS client
    FROM (SELECT *, bitShiftLeft(toUInt16(1), toUInt8(source)) AS bit FROM {marked}) AS r
    GROUP BY call
)
