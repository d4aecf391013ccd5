-- Data points of summaries under the names and types of contrib's ClickHouse exporter
-- (v0.161) and of ClickStack.
CREATE OR REPLACE VIEW {compat_database}.otel_metrics_summary AS
SELECT
    CAST(mapConcat(
        r.attributes_string,
        mapApply((k, v) -> (k, toString(v)), r.attributes_int),
        mapApply((k, v) -> (k, toString(v)), r.attributes_double),
        mapApply((k, v) -> (k, toString(v)), r.attributes_bool),
        mapApply((k, v) -> (k, multiIf(v = 'null', '', startsWith(v, '"'), JSONExtractString(v), v)), r.attributes_json)
    ), 'Map(LowCardinality(String), String)') AS ResourceAttributes,
    r.schema_url AS ResourceSchemaUrl,
    CAST(m.scope_name, 'String') AS ScopeName,
    CAST(m.scope_version, 'String') AS ScopeVersion,
    m.scope_attributes AS ScopeAttributes,
    m.scope_dropped_attributes_count AS ScopeDroppedAttrCount,
    CAST(m.scope_schema_url, 'String') AS ScopeSchemaUrl,
    m.service_name AS ServiceName,
    m.metric_name AS MetricName,
    CAST(m.metric_description, 'String') AS MetricDescription,
    CAST(m.metric_unit, 'String') AS MetricUnit,
    CAST(mapConcat(
        m.attributes_string,
        mapApply((k, v) -> (k, toString(v)), m.attributes_int),
        mapApply((k, v) -> (k, toString(v)), m.attributes_double),
        mapApply((k, v) -> (k, toString(v)), m.attributes_bool),
        mapApply((k, v) -> (k, multiIf(v = 'null', '', startsWith(v, '"'), JSONExtractString(v), v)), m.attributes_json)
    ), 'Map(LowCardinality(String), String)') AS Attributes,
    m.start_timestamp AS StartTimeUnix,
    m.timestamp AS TimeUnix,
    m.count AS Count,
    m.sum AS Sum,
    m.quantiles AS `ValueAtQuantiles.Quantile`,
    m.quantile_values AS `ValueAtQuantiles.Value`,
    m.flags AS Flags
FROM {database}.metrics_summary AS m
LEFT ANY JOIN {database}.resources AS r ON m.resource_id = r.resource_id;
