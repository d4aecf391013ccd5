-- Events as people read them: each once, as it came first, however often it was
-- sent or replayed. Equal are the tenant, the kind and the event's id.
CREATE OR REPLACE VIEW {database}.audit_events AS
SELECT
    timestamp, event_id, kind, tenant_id, connector_id, actor, approver, subject, object, old_value, new_value, rationale,
    decision, policy, token_id, request_id, lower(hex(trace_id)) AS trace_id, severity, body, attributes, vouched, reporter, source, received_at,
    count() OVER same                                              AS deliveries,        -- 1 = never replayed
    max(received_at) OVER same                                     AS last_received_at,
    -- more than 1: the same id came with another content
    uniqExact(cityHash64(timestamp, actor, approver, subject, object, old_value, new_value, rationale, decision, policy, body, attributes)) OVER same AS contents
FROM {database}.events
WINDOW same AS (PARTITION BY tenant_id, kind, event_id)
ORDER BY received_at, segment_id, digest
LIMIT 1 BY tenant_id, kind, event_id;
