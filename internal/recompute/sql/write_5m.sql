INSERT INTO connector_5m
(
    bucket, tenant_id, connector_id, platform_name, environment, method, route, status_class,
    actions, adjusted_count, errors, bytes_in, bytes_out, cost, duration_ns_sum, latency_histogram, users, computed_at
)
SETTINGS optimize_on_insert = 0 -- every key is there once
SELECT
    bucket, tenant_id, connector_id, platform_name, environment, method, route, status_class,
    count(),
    sum(a.adjusted_count),
    sum(a.adjusted_count * a.is_error),
    sum(a.adjusted_count * a.bytes_in),
    sum(a.adjusted_count * a.bytes_out),
    sum(a.adjusted_count * a.cost),
    sum(a.adjusted_count * a.duration_ns),
    sumMap(map(toInt16(floor(4 * log2(greatest(a.duration_ns, 1)))), toUInt64(1))),
    uniqCombined64StateIf(12)(user_id, user_id != ''),
    fromUnixTimestamp64Micro({version}, 'UTC')
FROM actions AS a FINAL
WHERE bucket BETWEEN {from} AND {to}
  AND bucket IN (SELECT arrayJoin(touched) FROM recompute_queue FINAL WHERE segment_id IN ({segments}))
  AND live = 1 AND dry_run = 0
GROUP BY bucket, tenant_id, connector_id, platform_name, environment, method, route, status_class
SETTINGS do_not_merge_across_partitions_select_final = 1
