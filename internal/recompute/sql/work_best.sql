-- The source whose report is the action, for each call that is one; reports = how
-- many it has; called = the caller itself is among them; lender = the source that
-- knows the connector, where that report does not, else 0. hard = the call alone
-- does not say it: a source has reported it more than once, or a callerless log
-- knows who called.
CREATE TABLE IF NOT EXISTS recompute_best_{run}
(
    call    UInt64,
    source  UInt8,
    reports UInt32,
    called  UInt8,
    lender  UInt8,
    hard    UInt8
) ENGINE = Memory
