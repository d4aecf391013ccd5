-- Fills redaction_hits from logs.
CREATE MATERIALIZED VIEW IF NOT EXISTS {database}.redaction_hits_of_logs TO {database}.redaction_hits AS
SELECT
    toStartOfHour(timestamp) AS hour,
    tenant_id,
    connector_id,
    arrayJoin(JSONExtract(attributes_json['lowcode.redaction.detectors'], 'Array(String)')) AS detector,
    'log' AS signal,
    count() AS hits
FROM {database}.logs
WHERE mapContains(attributes_json, 'lowcode.redaction.detectors')
GROUP BY hour, tenant_id, connector_id, detector, signal;
