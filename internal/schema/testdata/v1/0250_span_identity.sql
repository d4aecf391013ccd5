-- Spans with their connector; one that came before its trace's entry, and so has
-- none, gets the trace's, if that has one only and is of no other tenant. Filter
-- by trace_id: a stretch of time reads the connectors of all traces.
CREATE OR REPLACE VIEW {database}.span_identity AS
SELECT
    s.timestamp AS timestamp,
    s.duration_ns AS duration_ns,
    s.trace_id AS trace_id,
    s.span_id AS span_id,
    s.parent_span_id AS parent_span_id,
    s.name AS name,
    s.kind AS kind,
    s.status_code AS status_code,
    s.service_name AS service_name,
    s.connector_id = '' AND t.connector_id != '' AND s.tenant_id IN ('', t.tenant_id) AS lent,
    if(lent, t.tenant_id, s.tenant_id) AS tenant_id,
    if(lent, t.connector_id, s.connector_id) AS connector_id,
    if(lent, 'inherited', s.identity_status) AS identity_status
FROM {database}.spans AS s
LEFT ANY JOIN {database}.trace_identity AS t ON s.trace_id = t.trace_id;
