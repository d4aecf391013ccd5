-- What was usual for one entity at the start of a UTC day, as internal/detect
-- encodes it. Rows of a version without a row in baseline_models are left by a
-- build that did not come to its end, and mean nothing.
-- shard: none
CREATE TABLE IF NOT EXISTS {database}.baseline_profiles
(
    day          Date,
    version      UInt64,
    tenant_id    LowCardinality(String),
    connector_id String,
    user_id      String CODEC(ZSTD(1)),
    endpoint     String CODEC(ZSTD(1)),
    profile      String CODEC(ZSTD(1)),
    built_at     DateTime('UTC') DEFAULT now()
)
ENGINE = MergeTree
PARTITION BY day
ORDER BY (version, tenant_id, connector_id, user_id, endpoint)
TTL built_at + INTERVAL 10 DAY
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1, ttl_only_drop_parts = 1;
