-- Every span, as it was received (after redaction). A trace is found by either of
-- its forms: trace_id = unhex('4bf92f3577b34da6a3ce929d0e0e4736'), or, as the views
-- of the compat database have it, lower(hex(trace_id)) = '4bf92f…'.
--
-- Of about 55 bytes a span, 26 to 32 are random ids, which nothing compresses: they
-- bound what codecs can do. 2.5% is where reading the two filters and reading what
-- they let through wrongly cost about the same. The lengths of strings stand next
-- to them (single_stream): lengths in a stream of their own, 8 bytes each, made the
-- attributes half as large again.
-- shard: cityHash64(trace_id)
CREATE TABLE IF NOT EXISTS {database}.spans
(
    timestamp                DateTime64(9, 'UTC') CODEC(Delta, ZSTD(3)),       -- start
    duration_ns              UInt64 CODEC(T64, ZSTD(1)),
    trace_id                 FixedString(16) CODEC(ZSTD(1)),
    span_id                  FixedString(8) CODEC(NONE),
    parent_span_id           FixedString(8) CODEC(ZSTD(1)),
    trace_state              String CODEC(ZSTD(1)),
    flags                    UInt32 CODEC(T64, ZSTD(1)),
    name                     LowCardinality(String),
    kind                     Enum8('unspecified' = 0, 'internal' = 1, 'server' = 2, 'client' = 3, 'producer' = 4, 'consumer' = 5),
    status_code              Enum8('unset' = 0, 'ok' = 1, 'error' = 2),
    status_message           String CODEC(ZSTD(1)),
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
    event_timestamps         Array(DateTime64(9, 'UTC')) CODEC(ZSTD(1)),
    event_names              Array(LowCardinality(String)) CODEC(ZSTD(1)),
    event_attributes         Array(Map(LowCardinality(String), String)) CODEC(ZSTD(1)), -- other types as JSON
    event_dropped_attributes Array(UInt32) CODEC(ZSTD(1)),
    dropped_events_count     UInt32 CODEC(T64, ZSTD(1)),
    link_trace_ids           Array(FixedString(16)) CODEC(ZSTD(1)),
    link_span_ids            Array(FixedString(8)) CODEC(ZSTD(1)),
    link_trace_states        Array(String) CODEC(ZSTD(1)),
    link_flags               Array(UInt32) CODEC(ZSTD(1)),
    link_attributes          Array(Map(LowCardinality(String), String)) CODEC(ZSTD(1)),
    link_dropped_attributes  Array(UInt32) CODEC(ZSTD(1)),
    dropped_links_count      UInt32 CODEC(T64, ZSTD(1)),
    tenant_id                LowCardinality(String),
    connector_id             LowCardinality(String),                           -- '' = unattributed, or no API call
    identity_status          LowCardinality(String),
    retention_days           UInt16,                                           -- 0 = the table's own; see retention_classes of the exporter
    segment_id               LowCardinality(UUID) CODEC(ZSTD(3)),
    ingested_at              DateTime64(3, 'UTC') ALIAS UUIDv7ToDateTime(segment_id, 'UTC'), -- when the collector began the segment
    INDEX idx_trace_id trace_id TYPE bloom_filter(0.025) GRANULARITY 1,
    INDEX idx_trace_id_hex lower(hex(trace_id)) TYPE bloom_filter(0.025) GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY (retention_days, toDate(timestamp))
ORDER BY (tenant_id, connector_id, service_name, name, timestamp)
TTL toDate(timestamp) + toIntervalDay(if(retention_days = 0, {retention_days}, retention_days))
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1, ttl_only_drop_parts = 1, string_serialization_version = 'single_stream';
