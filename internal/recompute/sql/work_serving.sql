-- Places that serve a call themselves, in traces where a client asks.
CREATE TABLE IF NOT EXISTS recompute_serving_{run} (place UInt64) ENGINE = Memory
