SELECT uniqExactIf((tenant_id, connector_id), connector_id != '') AS "Connectors"
FROM {rollup}
WHERE calls > 0
HAVING count() > 0
