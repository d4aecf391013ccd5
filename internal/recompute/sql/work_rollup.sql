-- What is to be written to connector_5m.
CREATE TABLE IF NOT EXISTS recompute_rollup_{run} ENGINE = Memory AS SELECT * FROM connector_5m LIMIT 0
