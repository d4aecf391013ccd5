-- What rules look at before they read calls, for the windows that are yet to be
-- evaluated, or to be evaluated again. All else comes by the materialized views.
INSERT INTO {database}.call_traits
SELECT
    toStartOfHour(bucket), tenant_id, connector_id,
    cityHash64(cityHash64(platform_name), cityHash64(actor_type), cityHash64(client_country), client_as,
        credential_hash, credential_id, token_id, token_expires_in, token_scopes),
    platform_name, actor_type, client_country, client_as, credential_hash, credential_id, token_id, token_expires_in, token_scopes, bucket, bucket
FROM {database}.actions
WHERE bucket >= now() - INTERVAL 8 DAY AND live = 1
  AND (credential_hash != '' OR credential_id != '' OR token_id != '' OR token_expires_in > 0 OR notEmpty(token_scopes) OR actor_type = 'ai_agent');
INSERT INTO {database}.operation_routes
SELECT tenant_id, operation_id, method, route, max(bucket)
FROM {database}.actions
WHERE bucket >= now() - INTERVAL 8 DAY AND live = 1 AND operation_id != ''
GROUP BY tenant_id, operation_id, method, route;
