INSERT INTO recompute_rollup_{run}
(
    bucket, tenant_id, connector_id, platform_name, environment, method, route, status_class,
    actions, adjusted_count, errors, bytes_in, bytes_out, cost, duration_ns_sum, latency_histogram, users, computed_at
)
SELECT
    {key},
    count(),
    sum(a.adjusted_count),
    sum(a.adjusted_count * a.is_error),
    sum(a.adjusted_count * a.bytes_in),
    sum(a.adjusted_count * a.bytes_out),
    sum(a.adjusted_count * a.cost),
    sum(a.adjusted_count * a.duration_ns),
    sumMap(map(toInt16(floor(4 * log2(greatest(a.duration_ns, 1)))), a.adjusted_count)),
    uniqCombined64StateIf(12)(user_id, user_id != ''),
    fromUnixTimestamp64Micro({version}, 'UTC')
FROM recompute_live_{run} AS a
WHERE dry_run = 0 AND {repeated}
GROUP BY {by}
