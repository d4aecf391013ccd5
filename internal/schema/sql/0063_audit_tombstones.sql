-- Signed statements about events that may be missing (Ed25519): how long they
-- are kept, and which ones were erased. Kept forever. Read with FINAL, as
-- audit_checkpoints.
-- shard: none
CREATE TABLE IF NOT EXISTS {database}.audit_tombstones
(
    source     LowCardinality(String),               -- who states it: a collector, or a command that erases
    number     UInt64,                               -- as in audit_checkpoints
    previous   FixedString(32),                      -- SHA-256 of the statement before
    at         DateTime64(3, 'UTC'),
    public_key FixedString(32),
    signature  FixedString(64),
    kind       LowCardinality(String),               -- retention or erasure
    event_days UInt32,                               -- retention: of events,
    chain_days UInt32,                               -- and of event_chain
    target     LowCardinality(String),               -- erasure: the source whose events are erased,
    seqs       Array(UInt64) CODEC(ZSTD(1)),         -- which of them,
    receipt    String,                               -- and the id of the receipt
    segment_id UUID
)
ENGINE = ReplacingMergeTree
ORDER BY (source, number, at, kind, event_days, chain_days, target, seqs, receipt, previous, public_key, signature)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1;
