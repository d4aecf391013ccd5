-- Log records under the names and types of contrib's ClickHouse exporter (v0.161)
-- and of ClickStack (TimestampTime). WHERE TraceId = '…' uses the index of logs.
CREATE OR REPLACE VIEW {compat_database}.otel_logs AS
SELECT
    l.timestamp AS Timestamp,
    toDateTime(l.timestamp, 'UTC') AS TimestampTime,
    replaceOne(lower(hex(l.trace_id)), '00000000000000000000000000000000', '') AS TraceId,
    if(l.span_id = toFixedString('', 8), '', lower(hex(l.span_id))) AS SpanId,
    toUInt8(bitAnd(l.flags, 255)) AS TraceFlags,
    l.severity_text AS SeverityText,
    l.severity_number AS SeverityNumber,
    l.service_name AS ServiceName,
    multiIf(l.body_json = '', l.body, startsWith(l.body_json, '"'), JSONExtractString(l.body_json), l.body_json) AS Body,
    toLowCardinality(r.schema_url) AS ResourceSchemaUrl,
    CAST(mapConcat(
        r.attributes_string,
        mapApply((k, v) -> (k, toString(v)), r.attributes_int),
        mapApply((k, v) -> (k, toString(v)), r.attributes_double),
        mapApply((k, v) -> (k, toString(v)), r.attributes_bool),
        mapApply((k, v) -> (k, multiIf(v = 'null', '', startsWith(v, '"'), JSONExtractString(v), v)), r.attributes_json)
    ), 'Map(LowCardinality(String), String)') AS ResourceAttributes,
    l.scope_schema_url AS ScopeSchemaUrl,
    CAST(l.scope_name, 'String') AS ScopeName,
    l.scope_version AS ScopeVersion,
    l.scope_attributes AS ScopeAttributes,
    CAST(mapConcat(
        l.attributes_string,
        mapApply((k, v) -> (k, toString(v)), l.attributes_int),
        mapApply((k, v) -> (k, toString(v)), l.attributes_double),
        mapApply((k, v) -> (k, toString(v)), l.attributes_bool),
        mapApply((k, v) -> (k, multiIf(v = 'null', '', startsWith(v, '"'), JSONExtractString(v), v)), l.attributes_json)
    ), 'Map(LowCardinality(String), String)') AS LogAttributes,
    CAST(l.event_name, 'String') AS EventName
FROM {database}.logs AS l
LEFT ANY JOIN {database}.resources AS r ON l.resource_id = r.resource_id;
