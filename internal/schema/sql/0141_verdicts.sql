-- What people said of episodes: one row per episode and verdict, the newest
-- counts. 'true' leaves the episode out of the baseline for good, 'benign' raises
-- the entity's threshold under the rule until a time, 'expected' does both. Read
-- with FINAL.
-- shard: none
CREATE TABLE IF NOT EXISTS {database}.verdicts
(
    fingerprint  String,                      -- of the finding
    started_at   DateTime64(3, 'UTC'),        -- of the episode
    tenant_id    LowCardinality(String),
    verdict      LowCardinality(String),      -- true, benign, expected; '' = only seen
    note         String,
    author       String,
    said_at      DateTime64(3, 'UTC'),
    until        DateTime64(3, 'UTC')         -- how long a raised threshold lasts
)
ENGINE = ReplacingMergeTree(said_at)
ORDER BY (fingerprint, started_at)
TTL toDate(said_at) + INTERVAL {rollup_retention_days} DAY
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1;
