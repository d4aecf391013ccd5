INSERT INTO connector_5m
SELECT * FROM recompute_rollup_{run} WHERE {held}
