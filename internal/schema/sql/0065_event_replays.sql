-- Events that came more than once, under the same id or jti: what a rule about
-- replays reads. contents > 1 is no honest retry.
CREATE OR REPLACE VIEW {database}.event_replays AS
SELECT kind, tenant_id, connector_id, event_id, token_id, actor, subject, deliveries, contents, received_at AS first_received_at, last_received_at
FROM {database}.audit_events
WHERE deliveries > 1;
