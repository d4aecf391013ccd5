-- Every log record, as it was received (after redaction); audit events are in
-- events. Ids, indexes and codecs as in spans.
-- shard: if(trace_id = toFixedString('', 16), cityHash64(service_name, timestamp), cityHash64(trace_id))
CREATE TABLE IF NOT EXISTS {database}.logs
(
    timestamp                DateTime64(9, 'UTC') CODEC(Delta, ZSTD(1)),       -- of the event; observed_timestamp where the sender gave none
    observed_timestamp       DateTime64(9, 'UTC') CODEC(Delta, ZSTD(1)),
    trace_id                 FixedString(16) CODEC(ZSTD(1)),
    span_id                  FixedString(8) CODEC(ZSTD(1)),
    flags                    UInt32 CODEC(T64, ZSTD(1)),
    severity_number          UInt8,
    severity_text            LowCardinality(String),
    event_name               LowCardinality(String),
    body                     String CODEC(ZSTD(3)),                            -- text, numbers and booleans as text
    body_json                String CODEC(ZSTD(3)),                            -- maps, arrays, bytes (base64)
    service_name             LowCardinality(String),
    resource_id              UInt64 CODEC(ZSTD(1)),                            -- see resources
    scope_name               LowCardinality(String),
    scope_version            LowCardinality(String),
    scope_schema_url         LowCardinality(String),
    scope_dropped_attributes_count UInt32 CODEC(T64, ZSTD(1)),
    scope_attributes         Map(LowCardinality(String), String) CODEC(ZSTD(1)), -- other types as JSON
    attributes_string        Map(LowCardinality(String), String) CODEC(ZSTD(3)),
    attributes_int           Map(LowCardinality(String), Int64) CODEC(ZSTD(1)),
    attributes_double        Map(LowCardinality(String), Float64) CODEC(ZSTD(3)),
    attributes_bool          Map(LowCardinality(String), Bool) CODEC(ZSTD(3)),
    attributes_json          Map(LowCardinality(String), String) CODEC(ZSTD(3)), -- arrays, maps, bytes (base64), empty (null)
    dropped_attributes_count UInt32 CODEC(T64, ZSTD(1)),
    tenant_id                LowCardinality(String),
    connector_id             LowCardinality(String),
    identity_status          LowCardinality(String),
    retention_days           UInt16,                                           -- 0 = the table's own; see retention_classes of the exporter
    segment_id               LowCardinality(UUID) CODEC(ZSTD(3)),
    ingested_at              DateTime64(3, 'UTC') ALIAS UUIDv7ToDateTime(segment_id, 'UTC'), -- when the collector began the segment
    INDEX idx_trace_id trace_id TYPE bloom_filter(0.025) GRANULARITY 1,
    INDEX idx_trace_id_hex replaceOne(lower(hex(trace_id)), '00000000000000000000000000000000', '') TYPE bloom_filter(0.025) GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY (retention_days, toDate(timestamp))
ORDER BY (tenant_id, service_name, timestamp)
TTL toDate(timestamp) + toIntervalDay(if(retention_days = 0, {retention_days}, retention_days))
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1, ttl_only_drop_parts = 1, string_serialization_version = 'single_stream';
