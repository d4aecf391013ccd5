-- The report that is the action, for each call that is one; further = it is not
-- the first of its call key; reports = how many distinct ones the call key has;
-- called = the caller itself is among them. several = a source has reported the
-- call more than once: which of them count is not decided yet.
CREATE TABLE IF NOT EXISTS recompute_best_{run}
(
    call    UInt64,
    row     UInt64,
    further UInt8,
    reports UInt64,
    called  UInt8,
    several UInt8
) ENGINE = Memory
