INSERT INTO recompute_live_{run}
SELECT
    bucket, tenant_id, connector_id, platform_name, environment, method, route, status_class, is_error, adjusted_count,
    bytes_in, bytes_out, cost, duration_ns, user_id, dry_run, service_name, identity_status, unattributed_reason, trace_context,
    cityHash64(bucket, {actor}), {place}
FROM actions FINAL
WHERE bucket BETWEEN {from} AND {to}
  AND bucket IN ({touched})
  AND live = 1
SETTINGS do_not_merge_across_partitions_select_final = 1
