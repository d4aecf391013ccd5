-- Which connectors and users called in a trace, 5 minutes by 5 minutes; written
-- with the actions. Read through the view trace_identity.
CREATE TABLE IF NOT EXISTS {database}.trace_connectors
(
    trace_id       FixedString(16),
    bucket         DateTime('UTC'),
    verified       UInt8,                       -- 1 = not only claimed
    tenant_id      LowCardinality(String),
    connector_id   LowCardinality(String),
    connector_name LowCardinality(String),
    user_id        String CODEC(ZSTD(1)),
    live           UInt8,                       -- 0 = it turned out otherwise
    computed_at    DateTime64(6, 'UTC')
)
ENGINE = ReplacingMergeTree(computed_at)
PARTITION BY toDate(bucket)
ORDER BY (trace_id, bucket, verified, tenant_id, connector_id, user_id)
TTL toDate(bucket) + INTERVAL {retention_days} DAY
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1, ttl_only_drop_parts = 1;
