-- Every log record, as it was received (after redaction).
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
    body                     String CODEC(ZSTD(1)),                            -- text, numbers and booleans as text
    body_json                String CODEC(ZSTD(1)),                            -- maps, arrays, bytes (base64)
    service_name             LowCardinality(String),
    resource_id              UInt64 CODEC(ZSTD(1)),                            -- see resources
    scope_name               LowCardinality(String),
    scope_version            LowCardinality(String),
    scope_attributes         Map(LowCardinality(String), String) CODEC(ZSTD(1)), -- other types as JSON
    attributes_string        Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    attributes_int           Map(LowCardinality(String), Int64) CODEC(ZSTD(1)),
    attributes_double        Map(LowCardinality(String), Float64) CODEC(ZSTD(1)),
    attributes_bool          Map(LowCardinality(String), Bool) CODEC(ZSTD(1)),
    attributes_json          Map(LowCardinality(String), String) CODEC(ZSTD(1)), -- arrays, maps, bytes (base64), empty (null)
    dropped_attributes_count UInt32 CODEC(T64, ZSTD(1)),
    tenant_id                LowCardinality(String),
    connector_id             LowCardinality(String),
    identity_status          LowCardinality(String),
    segment_id               UUID CODEC(ZSTD(1)),
    ingested_at              DateTime64(3, 'UTC') DEFAULT now64(3) CODEC(Delta, ZSTD(1)),
    INDEX idx_trace_id trace_id TYPE bloom_filter(0.001) GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toDate(timestamp)
ORDER BY (tenant_id, service_name, timestamp)
TTL toDate(timestamp) + INTERVAL {retention_days} DAY
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1, ttl_only_drop_parts = 1;
