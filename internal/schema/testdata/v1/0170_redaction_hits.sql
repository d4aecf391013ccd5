-- How many spans and log records of a connector held what a detector looks for,
-- hour by hour: "this connector began to send card numbers". Filled by the two
-- materialized views behind it from lowcode.redaction.detectors. Every insert has
-- a token and the window below remembers it, so that a segment that is sent again
-- counts once. Read with sum(hits). Unpartitioned on purpose (see docs/adr).
CREATE TABLE IF NOT EXISTS {database}.redaction_hits
(
    hour         DateTime('UTC') CODEC(DoubleDelta, ZSTD(1)),   -- UTC start, of the record's own time
    tenant_id    LowCardinality(String),
    connector_id LowCardinality(String),                        -- '' = unattributed
    detector     LowCardinality(String),
    signal       Enum8('span' = 1, 'log' = 2),
    hits         UInt64 CODEC(T64, ZSTD(1))                     -- spans or log records in which it found something
)
ENGINE = SummingMergeTree
ORDER BY (tenant_id, connector_id, hour, detector, signal)
TTL toDate(hour) + INTERVAL {rollup_retention_days} DAY
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1;
