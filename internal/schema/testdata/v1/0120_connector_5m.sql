-- 5-minute rollup, recomputed for the buckets that changed: a pure function of the
-- action reports. A key that vanished is written with zeros. Read with FINAL.
-- Dry-run calls are not counted. What a connector calls beyond its 200 busiest
-- endpoints of 5 minutes is method and route '{other}'; beyond 20 environments,
-- '{other}' too. Unpartitioned on purpose (see docs/adr).
CREATE TABLE IF NOT EXISTS {database}.connector_5m
(
    bucket            DateTime('UTC') CODEC(DoubleDelta, ZSTD(1)),   -- UTC start
    tenant_id         LowCardinality(String),
    connector_id      LowCardinality(String),                        -- '' = unattributed
    platform_name     LowCardinality(String),
    environment       LowCardinality(String),
    method            LowCardinality(String),
    route             LowCardinality(String),
    status_class      LowCardinality(String),
    actions           UInt64 CODEC(T64, ZSTD(1)),                    -- rows in actions
    adjusted_count    Float64 CODEC(ZSTD(1)),                        -- calls they stand for; the measure "requests"
    errors            Float64 CODEC(ZSTD(1)),                        -- adjusted
    bytes_in          Float64 CODEC(ZSTD(1)),                        -- adjusted
    bytes_out         Float64 CODEC(ZSTD(1)),                        -- adjusted
    cost              Float64 CODEC(ZSTD(1)),                        -- adjusted
    duration_ns_sum   Float64 CODEC(ZSTD(1)),                        -- adjusted
    latency_histogram Map(Int16, Float64) CODEC(ZSTD(1)),            -- floor(4·log2(duration_ns)) → adjusted; the same however it was batched
    users             AggregateFunction(uniqCombined64(12), String) CODEC(ZSTD(1)),
    computed_at       DateTime64(6, 'UTC')
)
ENGINE = ReplacingMergeTree(computed_at)
ORDER BY (bucket, tenant_id, connector_id, environment, platform_name, method, route, status_class)
TTL toDate(bucket) + INTERVAL {rollup_retention_days} DAY
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1;
