-- Their traces, or parts of them. sources as in calls; servers = server reports;
-- edges = calls that an edge has reported; asks = a client has reported a call
-- that no gateway has; lends = its only edge report does not know who called, and
-- its only callerless log does; callerless = it has such a log.
CREATE TABLE IF NOT EXISTS recompute_groups_{run}
(
    grp        UInt64,
    sources    UInt8,
    servers    UInt64,
    edges      UInt64,
    asks       UInt8,
    lends      UInt8,
    callerless UInt8
) ENGINE = Memory
