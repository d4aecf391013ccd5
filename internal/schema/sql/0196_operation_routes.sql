-- Which operations of an API a route is: rollups know routes only. Filled by the
-- materialized view behind it. Unpartitioned on purpose (see docs/adr).
-- shard: cityHash64(tenant_id, operation_id)
CREATE TABLE IF NOT EXISTS {database}.operation_routes
(
    tenant_id    LowCardinality(String),
    operation_id LowCardinality(String),
    method       LowCardinality(String),
    route        LowCardinality(String),
    last_called  SimpleAggregateFunction(max, DateTime('UTC'))
)
ENGINE = AggregatingMergeTree
ORDER BY (tenant_id, operation_id, method, route)
TTL toDate(last_called) + INTERVAL {rollup_retention_days} DAY
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1;
