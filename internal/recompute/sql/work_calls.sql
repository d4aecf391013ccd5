-- Their calls, by call key. sources and unknown have bit n for reports of source
-- number n, and for those of them without a connector; several = a source has
-- reported it more than once. Else server and client are its one report of that
-- source: a spot and a place. callerless: see callerless.sql.
CREATE TABLE IF NOT EXISTS recompute_calls_{run}
(
    call       UInt64,
    grp        UInt64,
    traced     UInt8,
    sources    UInt8,
    unknown    UInt8,
    reports    UInt32,
    servers    UInt32,
    several    UInt8,
    callerless UInt8,
    server     UInt64,
    client     UInt64
) ENGINE = Memory
