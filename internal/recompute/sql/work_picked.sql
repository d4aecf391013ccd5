-- The reports of hard calls that are actions; further = it is not the first of its
-- call key; reports = how many distinct ones the call key has; called = the caller
-- itself is among them.
CREATE TABLE IF NOT EXISTS recompute_picked_{run}
(
    row     UInt64,
    further UInt8,
    reports UInt32,
    called  UInt8
) ENGINE = Memory
