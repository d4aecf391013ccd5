-- One row per distinct resource: its attributes are stored once, not with each
-- span. Written again every hour it is seen, so that it outlives the rows that
-- refer to it. Read with FINAL.
CREATE TABLE IF NOT EXISTS {database}.resources
(
    resource_id              UInt64,                                           -- hash of the attributes and the schema URL
    service_name             LowCardinality(String),
    schema_url               String CODEC(ZSTD(1)),
    attributes_string        Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    attributes_int           Map(LowCardinality(String), Int64) CODEC(ZSTD(1)),
    attributes_double        Map(LowCardinality(String), Float64) CODEC(ZSTD(1)),
    attributes_bool          Map(LowCardinality(String), Bool) CODEC(ZSTD(1)),
    attributes_json          Map(LowCardinality(String), String) CODEC(ZSTD(1)), -- arrays, maps, bytes (base64), empty (null)
    dropped_attributes_count UInt32,
    last_seen                DateTime('UTC'),
    segment_id               UUID
)
ENGINE = ReplacingMergeTree(last_seen)
ORDER BY resource_id
TTL toDate(addDays(last_seen, 2)) + INTERVAL {retention_days} DAY
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1;
