-- Who did what, when, from which connector: one row per API call.
CREATE OR REPLACE VIEW {database}.who_did_what AS
SELECT
    timestamp,
    tenant_id,
    connector_id,
    connector_name,
    platform_name,
    user_id,
    method,
    route,
    trimBoth(concat(method, ' ', route)) AS endpoint,
    status_code,
    bytes_in,
    bytes_out,
    duration_ns / 1e6 AS duration_ms,
    identity_status,
    identity_method,
    unattributed_reason,
    service_name,
    lower(hex(trace_id)) AS trace_id,
    source
FROM {database}.actions FINAL
WHERE live = 1;
