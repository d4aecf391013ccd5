-- Buckets whose actions have changed.
CREATE TABLE IF NOT EXISTS recompute_touched_{run} (bucket DateTime('UTC')) ENGINE = Memory
