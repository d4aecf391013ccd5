-- Fills redaction_hits from spans.
CREATE MATERIALIZED VIEW IF NOT EXISTS {database}.redaction_hits_of_spans TO {database}.redaction_hits AS
SELECT
    toStartOfHour(timestamp) AS hour,
    tenant_id,
    connector_id,
    arrayJoin(JSONExtract(attributes_json['lowcode.redaction.detectors'], 'Array(String)')) AS detector,
    'span' AS signal,
    count() AS hits
FROM {database}.spans
WHERE mapContains(attributes_json, 'lowcode.redaction.detectors')
GROUP BY hour, tenant_id, connector_id, detector, signal;
