SELECT
    if(credential_hash != '', credential_hash, credential_id) AS "Credential",
    uniqExact(tenant_id, connector_id) AS "Connectors",
    arrayStringConcat(arraySort(groupUniqArray(20)(if(tenant_id = '', connector_id, concat(tenant_id, '/', connector_id)))), ', ') AS "Which",
    sum(calls) AS "Calls",
    max(timestamp) AS "Last call"
FROM {calls}
WHERE "Credential" != '' AND connector_id != '' AND identity_status != 'inherited'
GROUP BY "Credential"
HAVING "Connectors" > 1 AND countIf({filters}) > 0
ORDER BY "Connectors" DESC, "Calls" DESC
LIMIT 200
