INSERT INTO recompute_previous_{run}
SELECT bucket, trace_key, trace_id, tenant_id, connector_id, connector_name, user_id, identity_status, live, computed_at
FROM actions
WHERE bucket IN ({near})
  AND trace_key IN recompute_keys_{run}
