-- What the calls of an hour came with, once however many calls came with it: which
-- credential and token, from which platform and network. A rule looks here first and
-- reads single calls only where there may be something. Filled by the materialized
-- view behind it from all that was ever taken for an action: what is so of a call in
-- actions is so here, and more may be. Unpartitioned on purpose (see docs/adr).
-- shard: cityHash64(tenant_id, connector_id)
CREATE TABLE IF NOT EXISTS {database}.call_traits
(
    hour             DateTime('UTC') CODEC(DoubleDelta, ZSTD(1)),    -- UTC start
    tenant_id        LowCardinality(String),
    connector_id     LowCardinality(String),                         -- '' = unattributed
    traits           UInt64,                                         -- hash of all that follows: it is sorted by one number
    platform_name    LowCardinality(String),
    actor_type       LowCardinality(String),
    client_country   LowCardinality(String),
    client_as        UInt32,
    credential_hash  String CODEC(ZSTD(1)),
    credential_id    String CODEC(ZSTD(1)),
    token_id         String CODEC(ZSTD(1)),
    token_expires_in UInt32,
    token_scopes     Array(String) CODEC(ZSTD(1)),
    first            SimpleAggregateFunction(min, DateTime('UTC')),  -- buckets of the calls
    last             SimpleAggregateFunction(max, DateTime('UTC'))
)
ENGINE = AggregatingMergeTree
PRIMARY KEY (hour, tenant_id, connector_id)
ORDER BY (hour, tenant_id, connector_id, traits, platform_name, actor_type, client_country, client_as,
    credential_hash, credential_id, token_id, token_expires_in, token_scopes)
TTL toDate(hour) + INTERVAL {retention_days} DAY
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1, min_bytes_for_wide_part = 268435456;
