-- What lies inside the platform: the spots of server reports, and, where a client
-- asks, the places that serve a call themselves.
CREATE TABLE IF NOT EXISTS recompute_inside_{run} (hash UInt64) ENGINE = Memory
