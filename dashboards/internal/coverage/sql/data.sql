SELECT
    if(data_classification = '', 'unclassified', data_classification) AS "Classification",
    {connector} AS "Connector",
    tenant_id AS "Tenant",
    sum(calls) AS "Calls",
    sum(calls * bytes_out) AS "Bytes out"
FROM {calls}
WHERE {filters}
GROUP BY data_classification, connector_id, tenant_id
ORDER BY "Bytes out" DESC, "Calls" DESC
LIMIT 200
