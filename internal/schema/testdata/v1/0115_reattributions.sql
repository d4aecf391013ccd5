-- Reports whose identity a later revision of the catalog judges differently:
-- written by weirctl reattribute, applied by the recompute when it reads the
-- report. The newest of a report wins. Read with FINAL.
CREATE TABLE IF NOT EXISTS {database}.reattributions
(
    bucket              DateTime('UTC') CODEC(DoubleDelta, ZSTD(1)),      -- of the report
    trace_id            FixedString(16),
    span_id             FixedString(8),
    at                  DateTime64(6, 'UTC'),
    revision            LowCardinality(String),                           -- of the catalog
    tenant_id           LowCardinality(String),
    connector_id        LowCardinality(String),                           -- '' = unattributed
    connector_name      LowCardinality(String),
    platform_name       LowCardinality(String),
    environment         LowCardinality(String),
    identity_status     LowCardinality(String),
    identity_method     LowCardinality(String),
    identity_confidence Float32,
    unattributed_reason LowCardinality(String),
    segment_id          UUID                                              -- of the row in recompute_queue that asks for it
)
ENGINE = ReplacingMergeTree(at)
PARTITION BY toDate(bucket)
ORDER BY (bucket, trace_id, span_id)
TTL toDate(bucket) + INTERVAL {retention_days} DAY
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1, ttl_only_drop_parts = 1;
