-- As write_hours.sql, of keys that only one of the hour's buckets has.
INSERT INTO connector_hours
(
    hour, tenant_id, connector_id, platform_name, environment, method, route, status_class,
    actions, adjusted_count, errors, bytes_in, bytes_out, cost, duration_ns_sum, latency_histogram, users, computed_at
)
SELECT
    toStartOfHour(bucket),
    tenant_id, connector_id, platform_name, environment, method, route, status_class,
    actions, adjusted_count, errors, bytes_in, bytes_out, cost, duration_ns_sum, latency_histogram, users,
    fromUnixTimestamp64Micro({version}, 'UTC')
FROM {fives} AS m
WHERE {hour_key} NOT IN recompute_repeated_{run} AND {held}
