-- Signed heads of the chains (Ed25519): what is before a checkpoint cannot be
-- changed without the key. Kept forever, some 200 bytes each. A collector that
-- is not sure whether one was stored stores the same row again: read with FINAL.
-- shard: none
CREATE TABLE IF NOT EXISTS {database}.audit_checkpoints
(
    source       LowCardinality(String),
    number       UInt64,                             -- 1, 2, 3, … of the source, across checkpoints and tombstones
    previous     FixedString(32),                    -- SHA-256 of the statement before
    at           DateTime64(3, 'UTC'),
    public_key   FixedString(32),
    signature    FixedString(64),
    seq          UInt64,                             -- the last entry of event_chain that it covers,
    head         FixedString(32),                    -- with this hash
    head_segment UUID,                               -- and this segment_id
    segment_id   UUID
)
ENGINE = ReplacingMergeTree
ORDER BY (source, number, at, seq, head, head_segment, previous, public_key, signature)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1;
