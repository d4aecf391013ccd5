INSERT INTO connector_5m
SETTINGS optimize_on_insert = 0 -- every key is there once
SELECT * FROM recompute_rollup_{run} WHERE {held}
