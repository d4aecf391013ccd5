INSERT INTO actions
(
    bucket, call_key, trace_key, live, source, reports, timestamp, duration_ns, trace_id, span_id, trace_context, service_name,
    tenant_id, connector_id, connector_name, platform_name, workflow_id, workflow_run_id, identity_status, identity_method,
    identity_confidence, vouched, unattributed_reason, catalog_revision, user_id, credential_id, credential_hash, credential_type,
    token_id, token_issuer, token_audience, token_scopes, token_client_id, token_expires_in, actor_chain, actor_type,
    client_country, client_as, api_id, operation_id, method, route, status_code, status_class, is_error, bytes_in, bytes_out, rows,
    cost, cost_currency, data_classification, retention_class, environment, dry_run, adjusted_count, computed_at
)
SETTINGS optimize_on_insert = 0 /* every key is there once */, max_insert_threads = 2
SELECT
    r.bucket,
    if(b.further, concat(r.call_key, toString(r.span_id)), r.call_key),
    r.trace_key,
    1,
    r.source,
    b.reports,
    r.timestamp,
    r.duration_ns,
    r.trace_id,
    r.span_id,
    multiIf(NOT r.traced, 'none', b.called, 'complete', r.parent_span_id = toFixedString('', 8), 'root', 'broken'),
    r.service_name, r.tenant_id, r.connector_id, r.connector_name, r.platform_name, r.workflow_id, r.workflow_run_id,
    r.identity_status, r.identity_method, r.identity_confidence, r.vouched, r.unattributed_reason, r.catalog_revision,
    r.user_id, r.credential_id, r.credential_hash, r.credential_type, r.token_id, r.token_issuer, r.token_audience,
    r.token_scopes, r.token_client_id, r.token_expires_in, r.actor_chain, r.actor_type, r.client_country, r.client_as,
    r.api_id, r.operation_id, r.method, r.route, r.status_code, r.status_class, r.is_error, r.bytes_in, r.bytes_out, r.rows,
    r.cost, r.cost_currency, r.data_classification, r.retention_class, r.environment, r.dry_run, r.adjusted_count,
    fromUnixTimestamp64Micro({version}, 'UTC')
FROM {known} AS r
INNER JOIN recompute_best_{run} AS b ON r.row = b.row
WHERE NOT b.several AND {held}
