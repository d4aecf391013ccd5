SELECT sum(calls) AS "API calls"
FROM {rollup}
HAVING count() > 0
