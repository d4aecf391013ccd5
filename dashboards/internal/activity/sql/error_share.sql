SELECT sum(errors) / sum(calls) AS "Errors"
FROM {rollup}
HAVING sum(calls) > 0
