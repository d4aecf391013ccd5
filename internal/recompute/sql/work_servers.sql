-- Server reports of traces without an edge and with more than one of them.
-- number puts the outer before the inner; until is how long the service has
-- been serving, up to this report.
CREATE TABLE IF NOT EXISTS recompute_servers_{run}
(
    grp            UInt64,
    spot           UInt64,
    place          UInt64,
    parent_span_id FixedString(8),
    start          Int64,
    number         UInt64,
    until          Int64
) ENGINE = Memory
