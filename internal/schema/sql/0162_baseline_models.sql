-- What was usual for a fleet at the start of a UTC day: one row per kind of entity,
-- day and revision, written after its profiles (baseline_profiles), so that a row
-- here means that all of them are there. Read with FINAL.
-- shard: none
CREATE TABLE IF NOT EXISTS {database}.baseline_models
(
    day       Date,
    entity    LowCardinality(String),   -- connector, tenant, user, …
    revision  LowCardinality(String),   -- of rules, catalog and format
    fleets    String CODEC(ZSTD(3)),    -- JSON: by rule, what all entities have together
    profiles  UInt64,                   -- how many belong to it
    seconds   Float64,                  -- that it took
    version   UInt64,                   -- of its profiles, too
    built_at  DateTime('UTC') DEFAULT now()
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (entity, day, revision)
TTL built_at + INTERVAL 10 DAY
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1;
