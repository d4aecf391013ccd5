-- Hour by hour, how many calls have an identity and a trace context, by service.
CREATE OR REPLACE VIEW {database}.identity_coverage AS
SELECT
    toStartOfHour(bucket) AS hour,
    tenant_id,
    service_name,
    identity_status,
    unattributed_reason,
    trace_context,                    -- none, root, broken, complete
    sum(adjusted_count) AS calls
FROM {database}.coverage_5m FINAL
WHERE actions > 0
GROUP BY hour, tenant_id, service_name, identity_status, unattributed_reason, trace_context;
