-- Those of them that lie inside the platform.
CREATE TABLE IF NOT EXISTS recompute_hops_{run} (spot UInt64) ENGINE = Memory
