INSERT INTO coverage_5m
WITH (bucket, tenant_id, a.service_name) IN
(
    SELECT bucket, tenant_id, service_name
    FROM recompute_live_{run}
    GROUP BY bucket, tenant_id, service_name
    ORDER BY count() DESC, service_name
    LIMIT {services}, 4294967295 BY bucket, tenant_id
) AS beyond
SELECT
    bucket,
    tenant_id,
    if(beyond, '{other}', a.service_name) AS kept_service,
    identity_status,
    unattributed_reason,
    trace_context,
    count(),
    sum(a.adjusted_count),
    fromUnixTimestamp64Micro({version}, 'UTC')
FROM recompute_live_{run} AS a
WHERE {held}
GROUP BY bucket, tenant_id, kept_service, identity_status, unattributed_reason, trace_context
