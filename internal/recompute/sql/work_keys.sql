-- Traces that the segments of a group touch.
CREATE TABLE IF NOT EXISTS recompute_keys_{run} (trace_key UInt64) ENGINE = Memory
