-- Spans under the names and types of contrib's ClickHouse exporter (v0.161) and of
-- ClickStack. WHERE TraceId = '…' and a range of Timestamp use the indexes of spans.
-- Filters on attributes read the maps of all spans of the range.
CREATE OR REPLACE VIEW {compat_database}.otel_traces AS
SELECT
    s.timestamp AS Timestamp,
    lower(hex(s.trace_id)) AS TraceId,
    lower(hex(s.span_id)) AS SpanId,
    if(s.parent_span_id = toFixedString('', 8), '', lower(hex(s.parent_span_id))) AS ParentSpanId,
    s.trace_state AS TraceState,
    s.name AS SpanName,
    toLowCardinality(initcap(toString(s.kind))) AS SpanKind,
    s.service_name AS ServiceName,
    CAST(mapConcat(
        r.attributes_string,
        mapApply((k, v) -> (k, toString(v)), r.attributes_int),
        mapApply((k, v) -> (k, toString(v)), r.attributes_double),
        mapApply((k, v) -> (k, toString(v)), r.attributes_bool),
        mapApply((k, v) -> (k, multiIf(v = 'null', '', startsWith(v, '"'), JSONExtractString(v), v)), r.attributes_json)
    ), 'Map(LowCardinality(String), String)') AS ResourceAttributes,
    CAST(s.scope_name, 'String') AS ScopeName,
    CAST(s.scope_version, 'String') AS ScopeVersion,
    CAST(mapConcat(
        s.attributes_string,
        mapApply((k, v) -> (k, toString(v)), s.attributes_int),
        mapApply((k, v) -> (k, toString(v)), s.attributes_double),
        mapApply((k, v) -> (k, toString(v)), s.attributes_bool),
        mapApply((k, v) -> (k, multiIf(v = 'null', '', startsWith(v, '"'), JSONExtractString(v), v)), s.attributes_json)
    ), 'Map(LowCardinality(String), String)') AS SpanAttributes,
    s.duration_ns AS Duration,
    toLowCardinality(initcap(toString(s.status_code))) AS StatusCode,
    s.status_message AS StatusMessage,
    s.event_timestamps AS `Events.Timestamp`,
    s.event_names AS `Events.Name`,
    s.event_attributes AS `Events.Attributes`,
    arrayMap(id -> lower(hex(id)), s.link_trace_ids) AS `Links.TraceId`,
    arrayMap(id -> lower(hex(id)), s.link_span_ids) AS `Links.SpanId`,
    s.link_trace_states AS `Links.TraceState`,
    s.link_attributes AS `Links.Attributes`
FROM {database}.spans AS s
LEFT ANY JOIN {database}.resources AS r ON s.resource_id = r.resource_id;
