-- Who of several collectors does what only one may do: one row per lease, replaced
-- by each renewal. A row is inserted with a deduplication token made of the epoch
-- that it follows, so that of all who saw that epoch only one replaces it (a
-- compare-and-set). Read with FINAL.
-- shard: none
CREATE TABLE IF NOT EXISTS {database}.leases
(
    name       LowCardinality(String),
    epoch      UInt64,                  -- grows with each renewal; what its holder writes has versions of it
    holder     String,                  -- '' = given back
    renewed_at DateTime64(3, 'UTC')     -- by the holder's clock; for people, nothing is decided by it
)
ENGINE = ReplacingMergeTree(epoch)
ORDER BY name
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1;
