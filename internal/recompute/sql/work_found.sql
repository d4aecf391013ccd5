-- Buckets in which those traces have reports.
CREATE TABLE IF NOT EXISTS recompute_found_{run} (bucket DateTime('UTC')) ENGINE = Memory
