SELECT
    timestamp AS "When",
    {connector} AS "Connector",
    tenant_id AS "Tenant",
    user_id AS "User",
    trimBoth(concat(method, ' ', route)) AS "Endpoint",
    status_code AS "Status",
    bytes_out AS "Bytes out",
    duration_ns / 1e6 AS "Duration",
    if(identity_status = 'unattributed', concat('unattributed: ', unattributed_reason), concat(identity_status, ' by ', identity_method)) AS "Identity",
    platform_name AS "Platform",
    lower(hex(trace_id)) AS "Trace"
FROM actions FINAL
WHERE live = 1
    AND bucket BETWEEN $__fromTime - INTERVAL 5 MINUTE AND $__toTime
    AND $__timeFilter_ms(timestamp)
    AND {filters}
ORDER BY timestamp DESC
LIMIT 200
