-- What is too much for the rollup is added up under '{other}': of each connector
-- and bucket, the endpoints and environments beyond the busiest.
INSERT INTO connector_5m
WITH
(bucket, tenant_id, connector_id, r.environment) IN
(
    SELECT bucket, tenant_id, connector_id, environment
    FROM recompute_rollup_{run}
    GROUP BY bucket, tenant_id, connector_id, environment
    ORDER BY sum(actions) DESC, environment
    LIMIT {environments}, 4294967295 BY bucket, tenant_id, connector_id
) AS environment_beyond,
(bucket, tenant_id, connector_id, r.method, r.route) IN
(
    SELECT bucket, tenant_id, connector_id, method, route
    FROM recompute_rollup_{run}
    GROUP BY bucket, tenant_id, connector_id, method, route
    ORDER BY sum(actions) DESC, method, route
    LIMIT {endpoints}, 4294967295 BY bucket, tenant_id, connector_id
) AS endpoint_beyond
SELECT
    bucket, tenant_id, connector_id, platform_name,
    if(environment_beyond, '{other}', r.environment) AS kept_environment,
    if(endpoint_beyond, '{other}', r.method) AS kept_method,
    if(endpoint_beyond, '{other}', r.route) AS kept_route,
    status_class,
    sum(r.actions),
    sum(r.adjusted_count),
    sum(r.errors),
    sum(r.bytes_in),
    sum(r.bytes_out),
    sum(r.cost),
    sum(r.duration_ns_sum),
    sumMap(r.latency_histogram),
    uniqCombined64MergeState(12)(r.users),
    any(r.computed_at)
FROM recompute_rollup_{run} AS r
WHERE {held}
GROUP BY bucket, tenant_id, connector_id, platform_name, kept_environment, kept_method, kept_route, status_class
