-- Which objects of this folder were applied, and in which form, and which
-- migrations were. Read with FINAL.
-- shard: none
CREATE TABLE IF NOT EXISTS {database}.schema_migrations
(
    version    UInt32,                   -- number of the file; of a migration, 10000 more
    name       String,                   -- of the object or migration
    checksum   String,                   -- SHA-256 of the text without comments, hex
    applied_at DateTime64(6, 'UTC')
)
ENGINE = ReplacingMergeTree(applied_at)
ORDER BY version
SETTINGS non_replicated_deduplication_window = 100, fsync_after_insert = 1, fsync_part_directory = 1;
