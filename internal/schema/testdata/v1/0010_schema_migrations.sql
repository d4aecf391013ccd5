-- Which objects of this folder were applied, and in which form. A checksum is
-- taken over the file as it is here, with its placeholders. Read with FINAL.
CREATE TABLE IF NOT EXISTS {database}.schema_migrations
(
    version    UInt32,                   -- number of the file
    name       String,                   -- of the object
    checksum   String,                   -- SHA-256, hex
    applied_at DateTime64(6, 'UTC')
)
ENGINE = ReplacingMergeTree(applied_at)
ORDER BY version
SETTINGS non_replicated_deduplication_window = 100, fsync_after_insert = 1, fsync_part_directory = 1;
