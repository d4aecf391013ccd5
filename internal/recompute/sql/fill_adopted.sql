INSERT INTO recompute_adopted_{run}
WITH
unknown AS
(
    SELECT call, source, row
    FROM recompute_reports_{run}
    WHERE connector_id = '' AND row IN (SELECT row FROM recompute_best_{run} WHERE NOT several)
),
-- The log without a caller that belongs to the only edge report of its trace.
logs AS
(
    SELECT anyIf(call, source = 'edge') AS entry, anyIf(call, {callerless}) AS log
    FROM recompute_reports_{run}
    WHERE traced AND source <= 'gateway_log'
    GROUP BY grp
    HAVING uniqExactIf(call, source = 'edge') = 1 AND uniqExactIf(call, {callerless}) = 1
),
-- Who made the call, by each other source that knows.
others AS
(
    SELECT call, source, argMin(row, (timestamp, span_id, content)) AS row
    FROM
    (
        SELECT *, cityHash64(* EXCEPT (row)) AS content
        FROM recompute_reports_{run}
        WHERE connector_id != '' AND call IN (SELECT call FROM unknown)
        UNION ALL
        SELECT r.* REPLACE (logs.entry AS call), cityHash64(r.* EXCEPT (row)) AS content
        FROM recompute_reports_{run} AS r
        INNER JOIN logs ON r.call = logs.log
        WHERE connector_id != ''
    )
    GROUP BY call, source
),
pairs AS
(
    SELECT u.row AS best, argMin(o.row, o.source) AS known
    FROM unknown AS u
    INNER JOIN others AS o ON u.call = o.call
    WHERE u.source != o.source
    GROUP BY best
)
SELECT r.* REPLACE
(
    if(k.tenant_id != '', k.tenant_id, r.tenant_id) AS tenant_id,
    k.connector_id AS connector_id,
    k.connector_name AS connector_name,
    k.platform_name AS platform_name,
    if(k.workflow_id != '', k.workflow_id, r.workflow_id) AS workflow_id,
    if(k.workflow_run_id != '', k.workflow_run_id, r.workflow_run_id) AS workflow_run_id,
    if(k.identity_status = 'verified', 'verified', 'inherited') AS identity_status,
    k.identity_method AS identity_method,
    k.identity_confidence AS identity_confidence,
    k.vouched AS vouched,
    '' AS unattributed_reason,
    k.catalog_revision AS catalog_revision,
    if(r.user_id = '', k.user_id, r.user_id) AS user_id,
    if(r.credential_id = '', k.credential_id, r.credential_id) AS credential_id,
    if(r.credential_hash = '', k.credential_hash, r.credential_hash) AS credential_hash,
    if(r.credential_type = '', k.credential_type, r.credential_type) AS credential_type,
    if(r.token_id = '', k.token_id, r.token_id) AS token_id,
    if(r.token_issuer = '', k.token_issuer, r.token_issuer) AS token_issuer,
    if(empty(r.token_audience), k.token_audience, r.token_audience) AS token_audience,
    if(empty(r.token_scopes), k.token_scopes, r.token_scopes) AS token_scopes,
    if(r.token_client_id = '', k.token_client_id, r.token_client_id) AS token_client_id,
    if(r.token_expires_in = 0, k.token_expires_in, r.token_expires_in) AS token_expires_in,
    if(empty(r.actor_chain), k.actor_chain, r.actor_chain) AS actor_chain,
    if(r.actor_type = '', k.actor_type, r.actor_type) AS actor_type,
    if(r.client_country = '', k.client_country, r.client_country) AS client_country,
    if(r.client_as = 0, k.client_as, r.client_as) AS client_as
)
FROM recompute_reports_{run} AS r
INNER JOIN pairs AS p ON r.row = p.best
INNER JOIN recompute_reports_{run} AS k ON k.row = p.known
