-- Those of the traces that have more than one report; long = they last longer
-- than 15 minutes. The only report of a trace is an action as it is.
CREATE TABLE IF NOT EXISTS recompute_traces_{run} (trace_key UInt64, long UInt8) ENGINE = Memory
