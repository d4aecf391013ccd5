-- Partitions that weirctl restore and weirctl move brought here, so that they go
-- on where they stopped and bring nothing twice. Read with FINAL.
-- shard: none
CREATE TABLE IF NOT EXISTS {database}.transfers
(
    source    String,                   -- id of a backup, or of the database it was moved from
    table     String,
    partition String,                   -- its id
    state     Enum8('verified' = 1, 'done' = 2),  -- verified: complete in the staging table, perhaps moved already
    rows      UInt64,
    hash      UInt64,                   -- sum of the rows' hashes
    at        DateTime64(6, 'UTC')
)
ENGINE = ReplacingMergeTree(at)
ORDER BY (source, table, partition)
SETTINGS non_replicated_deduplication_window = 100, fsync_after_insert = 1, fsync_part_directory = 1;
