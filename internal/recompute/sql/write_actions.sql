INSERT INTO actions
(
    bucket, call_key, trace_key, live, source, reports, timestamp, duration_ns, trace_id, span_id, trace_context, service_name,
    tenant_id, connector_id, connector_name, platform_name, workflow_id, workflow_run_id, identity_status, identity_method,
    identity_confidence, vouched, unattributed_reason, catalog_revision, user_id, credential_id, credential_hash, credential_type,
    token_id, token_issuer, token_audience, token_scopes, token_client_id, token_expires_in, actor_chain, actor_type,
    client_country, client_as, api_id, operation_id, method, route, status_code, status_class, is_error, bytes_in, bytes_out, rows,
    cost, cost_currency, data_classification, retention_class, environment, dry_run, adjusted_count, computed_at
)
SELECT
    bucket,
    if(further, concat(call_key, toString(span_id)), call_key),
    trace_key,
    1,
    source,
    reports,
    timestamp,
    duration_ns,
    trace_id,
    span_id,
    multiIf(NOT traced, 'none', called, 'complete', parent_span_id = toFixedString('', 8), 'root', 'broken'),
    service_name, tenant_id, connector_id, connector_name, platform_name, workflow_id, workflow_run_id, identity_status, identity_method,
    identity_confidence, vouched, unattributed_reason, catalog_revision, user_id, credential_id, credential_hash, credential_type,
    token_id, token_issuer, token_audience, token_scopes, token_client_id, token_expires_in, actor_chain, actor_type,
    client_country, client_as, api_id, operation_id, method, route, status_code, status_class, is_error, bytes_in, bytes_out, rows,
    cost, cost_currency, data_classification, retention_class, environment, dry_run, adjusted_count,
    fromUnixTimestamp64Micro({version}, 'UTC')
FROM ({decided})
WHERE {held}
