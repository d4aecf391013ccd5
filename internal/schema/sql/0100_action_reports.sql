-- Every span or access-log record that may report an API call. Append-only and
-- exactly once. Which report of a call counts is decided in actions.
-- shard: trace_key
CREATE TABLE IF NOT EXISTS {database}.action_reports
(
    bucket              DateTime('UTC') CODEC(DoubleDelta, ZSTD(1)),      -- 5-minute start of timestamp
    trace_key           UInt64,                                           -- groups the reports that are resolved together: cityhash-like of trace_id, else of call_key
    call_key            String CODEC(ZSTD(1)),                            -- trace id + client span id (24 bytes), else 'req:' + gateway request id
    source              Enum8('edge' = 1, 'gateway_log' = 2, 'server' = 3, 'client' = 4),  -- rank: lower wins
    timestamp           DateTime64(9, 'UTC') CODEC(Delta, ZSTD(1)),       -- start of the call
    duration_ns         UInt64 CODEC(T64, ZSTD(1)),
    trace_id            FixedString(16),
    span_id             FixedString(8),
    parent_span_id      FixedString(8),
    service_name        LowCardinality(String),
    tenant_id           LowCardinality(String),
    connector_id        LowCardinality(String),                           -- '' = unattributed
    connector_name      LowCardinality(String),
    platform_name       LowCardinality(String),
    workflow_id         String CODEC(ZSTD(1)),
    workflow_run_id     String CODEC(ZSTD(1)),
    identity_status     LowCardinality(String),
    identity_method     LowCardinality(String),
    identity_confidence Float32,
    vouched             UInt8,                                            -- 1 = the sender is a trusted peer
    unattributed_reason LowCardinality(String),
    catalog_revision    LowCardinality(String),
    user_id             String CODEC(ZSTD(1)),
    credential_id       String CODEC(ZSTD(1)),
    credential_hash     String CODEC(ZSTD(1)),                            -- 'v1:' + keyed HMAC
    credential_type     LowCardinality(String),                           -- api_key, bearer, basic, mtls, hmac
    token_id            String CODEC(ZSTD(1)),                            -- claim jti
    token_issuer        LowCardinality(String),
    token_audience      Array(String) CODEC(ZSTD(1)),
    token_scopes        Array(String) CODEC(ZSTD(1)),
    token_client_id     LowCardinality(String),
    token_expires_in    UInt32,                                           -- seconds from issue to expiry; 0 = not known
    actor_chain         Array(String) CODEC(ZSTD(1)),                     -- the immediate actor first
    actor_type          LowCardinality(String),
    client_country      LowCardinality(String),                           -- ISO 3166-1 alpha-2
    client_as           UInt32,                                           -- autonomous system; 0 = not known
    api_id              LowCardinality(String),                           -- the catalog's
    operation_id        LowCardinality(String),                           -- OpenAPI's operationId
    method              LowCardinality(String),                           -- GET, POST, … or the RPC method
    route               LowCardinality(String),                           -- template, never a raw path
    status_code         UInt16,                                           -- 0 = not known
    status_class        LowCardinality(String),                           -- 2xx, 3xx, 4xx, 5xx, error, unknown
    is_error            UInt8,
    bytes_in            UInt64 CODEC(T64, ZSTD(1)),                       -- request body
    bytes_out           UInt64 CODEC(T64, ZSTD(1)),                       -- response body
    rows                UInt64 CODEC(T64, ZSTD(1)),                       -- rows or records handed out; 0 = none or not known
    cost                Float64,
    cost_currency       LowCardinality(String),                           -- ISO 4217
    data_classification LowCardinality(String),
    retention_class     LowCardinality(String),
    environment         LowCardinality(String),
    dry_run             UInt8,
    adjusted_count      Float64,                                          -- how many calls this one stands for (sampling)
    segment_id          UUID,
    ingested_at         DateTime64(3, 'UTC') DEFAULT now64(3),
    INDEX idx_request startsWith(call_key, 'req:') TYPE set(2) GRANULARITY 1  -- few calls are known by a gateway's request id alone
)
ENGINE = MergeTree
PARTITION BY toDate(bucket)
ORDER BY (bucket, trace_key)
TTL toDate(bucket) + INTERVAL {retention_days} DAY
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1, min_bytes_for_wide_part = 268435456, ttl_only_drop_parts = 1;
