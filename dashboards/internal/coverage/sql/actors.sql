SELECT
    arrayStringConcat(arrayPushFront(actor_chain, if(user_id = '', 'unknown user', user_id)), ' via ') AS "Who for whom",
    {connector} AS "Connector",
    tenant_id AS "Tenant",
    sum(calls) AS "Calls",
    sum(calls * bytes_out) AS "Bytes out"
FROM {calls}
WHERE notEmpty(actor_chain) AND {filters}
GROUP BY "Who for whom", connector_id, tenant_id
ORDER BY "Calls" DESC, "Bytes out" DESC
LIMIT 100
