-- Where each rule's evaluation stands: one row per rule and tick, with the
-- episodes that were open after it. The last row is where a restart goes on; an
-- earlier one is where an evaluation starts again when late data changed its
-- hours. Read with FINAL.
-- shard: none
CREATE TABLE IF NOT EXISTS {database}.baseline_state
(
    rule             LowCardinality(String),
    tick             DateTime('UTC'),            -- end of the window that was evaluated
    data_version     DateTime64(6, 'UTC'),       -- newest computed_at of the window's hours
    rule_revision    LowCardinality(String),
    catalog_revision LowCardinality(String),
    open             String CODEC(ZSTD(1)),      -- JSON: the open episodes
    version          UInt64                      -- when it was evaluated, unix microseconds
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (rule, tick)
TTL toDate(tick) + INTERVAL {rollup_retention_days} DAY
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1;
