-- Whose a trace is: the connector, where all of its calls that have one have the
-- same, of one tenant; the user likewise. Where calls are verified, those that
-- only claim an identity do not count: anybody can send one with a trace's id.
CREATE OR REPLACE VIEW {database}.trace_identity AS
SELECT
    trace_id,                         -- 16 bytes, as in spans
    first_seen,                       -- 5-minute starts
    last_seen,
    verified,                         -- 1 = not only claimed
    connectors,                       -- how many
    if(connectors = 1, of_tenant, '') AS tenant_id,
    if(connectors = 1, of_connector, '') AS connector_id,
    if(connectors = 1, of_name, '') AS connector_name,
    if(users = 1, of_user, '') AS user_id
FROM
(
    SELECT
        trace_id,
        verified,
        min(bucket) AS first_seen,
        max(bucket) AS last_seen,
        uniqExact(tenant_id, connector_id) AS connectors,
        max(tenant_id) AS of_tenant,
        max(connector_id) AS of_connector,
        max(connector_name) AS of_name,
        uniqExactIf(user_id, user_id != '') AS users,
        max(user_id) AS of_user
    FROM {database}.trace_connectors FINAL
    WHERE live = 1
    GROUP BY trace_id, verified
    ORDER BY trace_id, verified DESC
    LIMIT 1 BY trace_id
);
