-- Actions that were written of those traces before, in all their versions.
CREATE TABLE IF NOT EXISTS recompute_previous_{run} ENGINE = Memory
AS SELECT bucket, trace_key, trace_id, tenant_id, connector_id, connector_name, user_id, identity_status, live, computed_at FROM actions LIMIT 0
