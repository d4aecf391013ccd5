-- Whose data must not be erased, and why: weirctl erase refuses a subject with a
-- hold in force. It names people by a keyed hash only. Read with FINAL.
-- shard: none
CREATE TABLE IF NOT EXISTS {database}.legal_holds
(
    hold_id     String,                              -- random
    key_id      String,                              -- of the key of the hash
    subject     String,                              -- HMAC-SHA256 of the id, hex
    reason      String,
    until       Nullable(DateTime('UTC')),           -- NULL = until it is released
    placed_by   String,
    placed_at   DateTime64(3, 'UTC'),
    released_by String,
    released_at Nullable(DateTime64(3, 'UTC')),
    version     UInt64                               -- when the row was written, unix microseconds
)
ENGINE = ReplacingMergeTree(version)
ORDER BY hold_id
SETTINGS non_replicated_deduplication_window = 100, fsync_after_insert = 1, fsync_part_directory = 1;
