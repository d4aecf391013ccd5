INSERT INTO recompute_previous_{run}
SELECT bucket, trace_key, trace_id, tenant_id, connector_id, connector_name, user_id, identity_status, live, computed_at
FROM actions FINAL
WHERE bucket IN (SELECT bucket FROM recompute_buckets_{run})
  AND trace_key IN (SELECT trace_key FROM recompute_keys_{run})
SETTINGS do_not_merge_across_partitions_select_final = 1, use_index_for_in_with_subqueries_max_values = 10000
