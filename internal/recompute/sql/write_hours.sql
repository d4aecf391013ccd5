INSERT INTO connector_hours
(
    hour, tenant_id, connector_id, platform_name, environment, method, route, status_class,
    actions, adjusted_count, errors, bytes_in, bytes_out, cost, duration_ns_sum, latency_histogram, users, computed_at
)
SELECT
    toStartOfHour(bucket) AS hour,
    tenant_id, connector_id, platform_name, environment, method, route, status_class,
    sum(m.actions),
    sum(m.adjusted_count),
    sum(m.errors),
    sum(m.bytes_in),
    sum(m.bytes_out),
    sum(m.cost),
    sum(m.duration_ns_sum),
    sumMap(m.latency_histogram),
    uniqCombined64MergeState(12)(m.users),
    fromUnixTimestamp64Micro({version}, 'UTC')
FROM {fives} AS m
WHERE {repeated} AND {held}
GROUP BY hour, tenant_id, connector_id, platform_name, environment, method, route, status_class
