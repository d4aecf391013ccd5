-- The actions of a stretch of those buckets, with what rollups need. actor and
-- place stand for the key of connector_5m: a connector in a bucket, and the rest.
CREATE TABLE IF NOT EXISTS recompute_live_{run} ENGINE = Memory
AS SELECT
    bucket, tenant_id, connector_id, platform_name, environment, method, route, status_class, is_error, adjusted_count,
    bytes_in, bytes_out, cost, duration_ns, user_id, dry_run, service_name, identity_status, unattributed_reason, trace_context,
    toUInt64(0) AS actor, toUInt64(0) AS place
FROM actions LIMIT 0
