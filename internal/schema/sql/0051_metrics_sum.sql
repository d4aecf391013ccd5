-- One row a data point of a sum (counter, up-down counter).
-- shard: series_id
CREATE TABLE IF NOT EXISTS {database}.metrics_sum
(
    timestamp               DateTime64(9, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
    start_timestamp         DateTime64(9, 'UTC') CODEC(DoubleDelta, ZSTD(1)),  -- 1970 = the sender gave none
    metric_name             LowCardinality(String),
    metric_description      LowCardinality(String),
    metric_unit             LowCardinality(String),                            -- UCUM, e.g. s, By, {request}
    metric_metadata         Map(LowCardinality(String), String) CODEC(ZSTD(1)), -- other types as JSON
    series_id               UInt64 CODEC(Delta, ZSTD(1)),                      -- hash of metric name, resource, scope and attributes
    service_name            LowCardinality(String),
    resource_id             UInt64 CODEC(Delta, ZSTD(1)),                      -- see resources
    scope_name              LowCardinality(String),
    scope_version           LowCardinality(String),
    scope_schema_url        LowCardinality(String),
    scope_dropped_attributes_count UInt32 CODEC(T64, ZSTD(1)),
    scope_attributes        Map(LowCardinality(String), String) CODEC(ZSTD(1)), -- other types as JSON
    attributes_string       Map(LowCardinality(String), String) CODEC(ZSTD(3)),
    attributes_int          Map(LowCardinality(String), Int64) CODEC(ZSTD(1)),
    attributes_double       Map(LowCardinality(String), Float64) CODEC(ZSTD(3)),
    attributes_bool         Map(LowCardinality(String), Bool) CODEC(ZSTD(3)),
    attributes_json         Map(LowCardinality(String), String) CODEC(ZSTD(3)), -- arrays, maps, bytes (base64), empty (null)
    flags                   UInt32 CODEC(T64, ZSTD(1)),                        -- 1 = no recorded value
    value                   Float64 CODEC(ZSTD(1)),
    value_int               Int64 CODEC(Delta, ZSTD(1)),                       -- exact, where the sender had an integer
    value_type              Enum8('none' = 0, 'int' = 1, 'double' = 2),
    aggregation_temporality Enum8('unspecified' = 0, 'delta' = 1, 'cumulative' = 2),
    is_monotonic            Bool,
    exemplar_timestamps     Array(DateTime64(9, 'UTC')) CODEC(ZSTD(1)),
    exemplar_values         Array(Float64) CODEC(ZSTD(1)),
    exemplar_ints           Array(Int64) CODEC(ZSTD(1)),
    exemplar_types          Array(Enum8('none' = 0, 'int' = 1, 'double' = 2)) CODEC(ZSTD(1)),
    exemplar_trace_ids      Array(FixedString(16)) CODEC(ZSTD(1)),
    exemplar_span_ids       Array(FixedString(8)) CODEC(ZSTD(1)),
    exemplar_attributes     Array(Map(LowCardinality(String), String)) CODEC(ZSTD(1)), -- other types as JSON
    tenant_id               LowCardinality(String),
    connector_id            LowCardinality(String),
    identity_status         LowCardinality(String),
    retention_days          UInt16,                                            -- 0 = the table's own; see retention_classes of the exporter
    segment_id              LowCardinality(UUID) CODEC(ZSTD(3)),
    ingested_at             DateTime64(3, 'UTC') ALIAS UUIDv7ToDateTime(segment_id, 'UTC') -- when the collector began the segment
)
ENGINE = MergeTree
PARTITION BY (retention_days, toDate(timestamp))
ORDER BY (tenant_id, metric_name, series_id, timestamp)
TTL toDate(timestamp) + toIntervalDay(if(retention_days = 0, {retention_days}, retention_days))
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1, ttl_only_drop_parts = 1, string_serialization_version = 'single_stream';
