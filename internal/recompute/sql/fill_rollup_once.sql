-- As fill_rollup.sql, of keys that only one action has: nothing to add up.
INSERT INTO recompute_rollup_{run}
(
    bucket, tenant_id, connector_id, platform_name, environment, method, route, status_class,
    actions, adjusted_count, errors, bytes_in, bytes_out, cost, duration_ns_sum, latency_histogram, users, computed_at
)
SELECT
    bucket, tenant_id, connector_id, platform_name, environment, method, route, status_class,
    1,
    a.adjusted_count,
    a.adjusted_count * a.is_error,
    a.adjusted_count * a.bytes_in,
    a.adjusted_count * a.bytes_out,
    a.adjusted_count * a.cost,
    a.adjusted_count * a.duration_ns,
    map(toInt16(floor(4 * log2(greatest(a.duration_ns, 1)))), a.adjusted_count),
    initializeAggregation('uniqCombined64StateIf(12)', user_id, user_id != ''),
    fromUnixTimestamp64Micro({version}, 'UTC')
FROM recompute_live_{run} AS a
WHERE dry_run = 0 AND bitXor(actor, place) NOT IN recompute_repeated_{run}
