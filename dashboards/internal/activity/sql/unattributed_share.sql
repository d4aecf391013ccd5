SELECT sumIf(calls, connector_id = '') / sum(calls) AS "Unattributed"
FROM {rollup}
HAVING sum(calls) > 0
