-- Where reports of those traces are.
CREATE TABLE IF NOT EXISTS recompute_found_{run} (trace_key UInt64, bucket DateTime('UTC')) ENGINE = Memory
