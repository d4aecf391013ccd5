-- Buckets in which those traces have to be read.
CREATE TABLE IF NOT EXISTS recompute_buckets_{run} (bucket DateTime('UTC')) ENGINE = Memory
