INSERT INTO recompute_repeated_{run}
SELECT {hour_key} AS key
FROM {fives} AS m
GROUP BY key
HAVING count() > 1
