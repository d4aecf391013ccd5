-- What each connector's calls came with, and since when: static credentials,
-- countries, networks, platforms. So that "never seen before" and "older than
-- 90 days" cost a row a fact and not the history of all calls. Filled by the
-- materialized view behind it; a segment that is sent again changes nothing.
-- Read with min(first_seen), max(last_seen). Unpartitioned on purpose (see docs/adr).
-- shard: cityHash64(tenant_id, connector_id)
CREATE TABLE IF NOT EXISTS {database}.connector_facts
(
    tenant_id    LowCardinality(String),
    connector_id LowCardinality(String),
    fact         Enum8('credential' = 1, 'country' = 2, 'network' = 3, 'platform' = 4),
    value        String,                                          -- hash or id of the credential, DE, AS64496, make
    first_seen   SimpleAggregateFunction(min, DateTime('UTC')),
    last_seen    SimpleAggregateFunction(max, DateTime('UTC'))
)
ENGINE = AggregatingMergeTree
ORDER BY (tenant_id, connector_id, fact, value)
TTL toDate(last_seen) + INTERVAL {rollup_retention_days} DAY
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1;
