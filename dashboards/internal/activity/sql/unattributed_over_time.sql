SELECT toStartOfInterval(at, {step}) AS time, sumIf(calls, connector_id = '') / sum(calls) AS "unattributed"
FROM {rollup}
GROUP BY time
HAVING sum(calls) > 0
ORDER BY time
