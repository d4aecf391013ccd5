INSERT INTO actions
(
    bucket, call_key, trace_key, live, source, reports, timestamp, duration_ns, trace_id, span_id, service_name,
    tenant_id, connector_id, connector_name, platform_name, workflow_id, identity_status, identity_method,
    identity_confidence, unattributed_reason, catalog_revision, user_id, credential_id, method, route, status_code,
    status_class, is_error, bytes_in, bytes_out, cost, data_classification, environment, dry_run, adjusted_count, computed_at
)
SETTINGS optimize_on_insert = 0 -- every key is there once
WITH
r.connector_id = '' AND o.known.2 != '' AS adopt,
-- Who made a call, according to another report of it than the best, for calls
-- whose best report does not know.
others AS
(
    SELECT
        call,
        source,
        argMin(
            (tenant_id, connector_id, connector_name, platform_name, workflow_id, identity_status,
             identity_method, identity_confidence, catalog_revision, user_id, credential_id),
            (timestamp, span_id, content)) AS known
    FROM recompute_reports_{run}
    WHERE connector_id != '' AND call IN (SELECT call FROM recompute_reports_{run} WHERE connector_id = '')
    GROUP BY call, source
),
unknown AS
(
    SELECT call, source, row
    FROM recompute_reports_{run}
    WHERE connector_id = '' AND row IN (SELECT row FROM recompute_best_{run})
),
adopted AS
(
    SELECT u.row AS row, argMin(o.known, o.source) AS known
    FROM unknown AS u
    INNER JOIN others AS o ON u.call = o.call
    WHERE u.source != o.source
    GROUP BY row
)
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
    r.service_name,
    if(adopt AND o.known.1 != '', o.known.1, r.tenant_id),
    if(adopt, o.known.2, r.connector_id),
    if(adopt, o.known.3, r.connector_name),
    if(adopt, o.known.4, r.platform_name),
    if(adopt AND o.known.5 != '', o.known.5, r.workflow_id),
    multiIf(NOT adopt, r.identity_status, o.known.6 = 'verified', 'verified', 'inherited'),
    if(adopt, o.known.7, r.identity_method),
    if(adopt, o.known.8, r.identity_confidence),
    if(adopt, '', r.unattributed_reason),
    if(adopt, o.known.9, r.catalog_revision),
    if(r.user_id = '' AND adopt, o.known.10, r.user_id),
    if(r.credential_id = '' AND adopt, o.known.11, r.credential_id),
    r.method,
    r.route,
    r.status_code,
    r.status_class,
    r.is_error,
    r.bytes_in,
    r.bytes_out,
    r.cost,
    r.data_classification,
    r.environment,
    r.dry_run,
    r.adjusted_count,
    fromUnixTimestamp64Micro({version}, 'UTC')
FROM recompute_reports_{run} AS r
INNER JOIN recompute_best_{run} AS b ON r.row = b.row
LEFT ANY JOIN adopted AS o ON r.row = o.row
