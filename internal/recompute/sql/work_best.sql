-- The report that is the action, for each call; further = it is not the first
-- of its call key; reports = how many distinct ones the call key has.
CREATE TABLE IF NOT EXISTS recompute_best_{run} (row UInt64, further UInt8, reports UInt64) ENGINE = Memory
