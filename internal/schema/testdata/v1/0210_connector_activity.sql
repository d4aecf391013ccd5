-- Hour by hour, what each connector did on each endpoint.
CREATE OR REPLACE VIEW {database}.connector_activity AS
SELECT
    hour,
    tenant_id,
    connector_id,
    platform_name,
    environment,
    trimBoth(concat(method, ' ', route)) AS endpoint,
    method,
    route,
    status_class,
    actions,
    adjusted_count AS requests,
    errors,
    bytes_in,
    bytes_out,
    cost,
    if(adjusted_count > 0, duration_ns_sum / adjusted_count / 1e6, 0) AS mean_duration_ms,
    finalizeAggregation(users) AS users
FROM {database}.connector_hours FINAL
WHERE actions > 0;
