-- Of long traces, the first bucket of the part that each bucket lies in.
CREATE TABLE IF NOT EXISTS recompute_parts_{run} (trace_key UInt64, bucket DateTime('UTC'), part UInt32) ENGINE = Memory
