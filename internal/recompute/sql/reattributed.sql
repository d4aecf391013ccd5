-- Stands for action_reports where some of them have been judged again.
(
    SELECT own.* REPLACE
    (
        if(again, newest.tenant_id, own.tenant_id) AS tenant_id,
        if(again, newest.connector_id, own.connector_id) AS connector_id,
        if(again, newest.connector_name, own.connector_name) AS connector_name,
        if(again, newest.platform_name, own.platform_name) AS platform_name,
        if(again, newest.environment, own.environment) AS environment,
        if(again, newest.identity_status, own.identity_status) AS identity_status,
        if(again, newest.identity_method, own.identity_method) AS identity_method,
        if(again, newest.identity_confidence, own.identity_confidence) AS identity_confidence,
        if(again, newest.unattributed_reason, own.unattributed_reason) AS unattributed_reason,
        if(again, newest.revision, own.catalog_revision) AS catalog_revision
    )
    FROM action_reports AS own
    LEFT ANY JOIN
    (
        SELECT *, 1 AS again
        FROM reattributions FINAL
        WHERE bucket IN ({buckets})
    ) AS newest ON own.bucket = newest.bucket AND own.trace_id = newest.trace_id AND own.span_id = newest.span_id
    WHERE own.bucket IN ({buckets})
      AND own.trace_key IN recompute_keys_{run}
)
