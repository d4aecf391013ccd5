-- Fills operation_routes from actions.
CREATE MATERIALIZED VIEW IF NOT EXISTS {database}.operation_routes_of_actions TO {database}.operation_routes AS
SELECT
    tenant_id,
    operation_id,
    method,
    route,
    max(bucket) AS last_called
FROM {database}.actions
WHERE live = 1 AND operation_id != ''
GROUP BY tenant_id, operation_id, method, route;
