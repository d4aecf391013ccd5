-- When a trace was, as contrib's Grafana queries ask before they read its spans.
CREATE OR REPLACE VIEW {compat_database}.otel_traces_trace_id_ts AS
SELECT
    lower(hex(trace_id)) AS TraceId,
    toDateTime(min(timestamp), 'UTC') AS Start,
    toDateTime(max(timestamp), 'UTC') AS End
FROM {database}.spans
GROUP BY TraceId;
