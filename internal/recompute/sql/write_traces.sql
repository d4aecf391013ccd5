-- What is known of the traces now, and, a moment older, that all of it has ended
-- that was known before.
INSERT INTO trace_connectors (trace_id, bucket, verified, tenant_id, connector_id, connector_name, user_id, live, computed_at)
SELECT trace_id, bucket, verified, tenant_id, connector_id, connector_name, user_id, live, fromUnixTimestamp64Micro({version} - NOT live, 'UTC')
FROM
(
    SELECT trace_id, bucket, identity_status IN ('verified', 'conflicting') AS verified, tenant_id, connector_id, connector_name, user_id, 1 AS live
    FROM ({decided})
    WHERE traced AND connector_id != ''
    UNION ALL
    SELECT trace_id, bucket, identity_status IN ('verified', 'conflicting'), tenant_id, connector_id, connector_name, user_id, 0
    FROM recompute_previous_{run}
    WHERE {slice} = 0 AND trace_id != toFixedString('', 16) AND connector_id != ''
)
WHERE {held}
