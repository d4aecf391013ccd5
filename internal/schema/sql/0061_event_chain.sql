-- The hash chain over events, one per source (a collector), without personal
-- data: written by a segment's trailer, checked by weirctl audit verify. It is
-- kept longer than the events.
-- shard: cityHash64(source)
CREATE TABLE IF NOT EXISTS {database}.event_chain
(
    source     LowCardinality(String),
    seq        UInt64 CODEC(Delta, ZSTD(1)),         -- 1, 2, 3, …
    digest     FixedString(32) CODEC(NONE),          -- of the event
    hash       FixedString(32) CODEC(NONE),          -- over the hash before, source, seq, segment_id and digest
    segment_id UUID CODEC(ZSTD(1))
)
ENGINE = MergeTree
PARTITION BY toDate(UUIDv7ToDateTime(segment_id, 'UTC'))
ORDER BY (source, seq)
TTL toDate(UUIDv7ToDateTime(segment_id, 'UTC')) + INTERVAL {rollup_retention_days} DAY
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1, ttl_only_drop_parts = 1;
