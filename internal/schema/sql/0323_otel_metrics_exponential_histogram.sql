-- Data points of exponential histograms under the names and types of contrib's ClickHouse exporter
-- (v0.161) and of ClickStack.
CREATE OR REPLACE VIEW {compat_database}.otel_metrics_exponential_histogram AS
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
    ifNull(m.sum, 0) AS Sum,
    m.scale AS Scale,
    m.zero_count AS ZeroCount,
    m.positive_offset AS PositiveOffset,
    m.positive_bucket_counts AS PositiveBucketCounts,
    m.negative_offset AS NegativeOffset,
    m.negative_bucket_counts AS NegativeBucketCounts,
    m.exemplar_attributes AS `Exemplars.FilteredAttributes`,
    m.exemplar_timestamps AS `Exemplars.TimeUnix`,
    m.exemplar_values AS `Exemplars.Value`,
    arrayMap(id -> if(id = toFixedString('', 8), '', lower(hex(id))), m.exemplar_span_ids) AS `Exemplars.SpanId`,
    arrayMap(id -> if(id = toFixedString('', 16), '', lower(hex(id))), m.exemplar_trace_ids) AS `Exemplars.TraceId`,
    m.flags AS Flags,
    ifNull(m.min, 0) AS Min,
    ifNull(m.max, 0) AS Max,
    toInt32(m.aggregation_temporality) AS AggregationTemporality
FROM {database}.metrics_exponential_histogram AS m
LEFT ANY JOIN {database}.resources AS r ON m.resource_id = r.resource_id;
