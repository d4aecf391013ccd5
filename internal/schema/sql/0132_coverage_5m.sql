-- How well calls are known, recomputed like connector_5m: a key that vanished is
-- written with zeros. Dry-run calls are counted. Read with FINAL, or through the
-- view identity_coverage. Unpartitioned on purpose (see docs/adr).
-- shard: cityHash64(tenant_id, service_name)
CREATE TABLE IF NOT EXISTS {database}.coverage_5m
(
    bucket              DateTime('UTC') CODEC(DoubleDelta, ZSTD(1)),      -- UTC start
    tenant_id           LowCardinality(String),
    service_name        LowCardinality(String),                           -- of the report that is the action; '{other}' beyond the 200 busiest of a tenant
    identity_status     LowCardinality(String),
    unattributed_reason LowCardinality(String),
    trace_context       Enum8('none' = 0, 'root' = 1, 'broken' = 2, 'complete' = 3),
    actions             UInt64 CODEC(T64, ZSTD(1)),                       -- rows in actions
    adjusted_count      Float64 CODEC(ZSTD(1)),                           -- calls they stand for
    computed_at         DateTime64(6, 'UTC')
)
ENGINE = ReplacingMergeTree(computed_at)
ORDER BY (bucket, tenant_id, service_name, identity_status, unattributed_reason, trace_context)
TTL toDate(bucket) + INTERVAL {rollup_retention_days} DAY
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1, min_bytes_for_wide_part = 268435456;
