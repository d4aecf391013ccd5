-- One API call by a connector, however many spans and log lines report it:
-- the best report of each call key. Written by the recompute; a call that is
-- no longer an action (its better report was in another bucket, or it was a
-- hop inside the platform) stays as a row with live = 0. Read with FINAL.
CREATE TABLE IF NOT EXISTS {database}.actions
(
    bucket              DateTime('UTC') CODEC(DoubleDelta, ZSTD(1)),
    call_key            String CODEC(ZSTD(1)),
    trace_key           UInt64,
    live                UInt8,
    source              Enum8('edge' = 1, 'gateway_log' = 2, 'server' = 3, 'client' = 4),
    reports             UInt32,                                           -- how many reports were seen of it
    timestamp           DateTime64(9, 'UTC') CODEC(Delta, ZSTD(1)),
    duration_ns         UInt64 CODEC(T64, ZSTD(1)),
    trace_id            FixedString(16),
    span_id             FixedString(8),
    trace_context       Enum8('none' = 0, 'root' = 1, 'broken' = 2, 'complete' = 3),  -- none: no trace; root: the caller propagated nothing; broken: nobody reported the caller's span
    service_name        LowCardinality(String),
    tenant_id           LowCardinality(String),
    connector_id        LowCardinality(String),
    connector_name      LowCardinality(String),
    platform_name       LowCardinality(String),
    workflow_id         String CODEC(ZSTD(1)),
    workflow_run_id     String CODEC(ZSTD(1)),
    identity_status     LowCardinality(String),
    identity_method     LowCardinality(String),
    identity_confidence Float32,
    vouched             UInt8,
    unattributed_reason LowCardinality(String),
    catalog_revision    LowCardinality(String),
    user_id             String CODEC(ZSTD(1)),
    credential_id       String CODEC(ZSTD(1)),
    credential_hash     String CODEC(ZSTD(1)),
    credential_type     LowCardinality(String),
    token_id            String CODEC(ZSTD(1)),
    token_issuer        LowCardinality(String),
    token_audience      Array(String) CODEC(ZSTD(1)),
    token_scopes        Array(String) CODEC(ZSTD(1)),
    token_client_id     LowCardinality(String),
    token_expires_in    UInt32,
    actor_chain         Array(String) CODEC(ZSTD(1)),
    actor_type          LowCardinality(String),
    client_country      LowCardinality(String),
    client_as           UInt32,
    api_id              LowCardinality(String),
    operation_id        LowCardinality(String),
    method              LowCardinality(String),
    route               LowCardinality(String),
    status_code         UInt16,
    status_class        LowCardinality(String),
    is_error            UInt8,
    bytes_in            UInt64 CODEC(T64, ZSTD(1)),
    bytes_out           UInt64 CODEC(T64, ZSTD(1)),
    rows                UInt64 CODEC(T64, ZSTD(1)),
    cost                Float64,
    cost_currency       LowCardinality(String),
    data_classification LowCardinality(String),
    retention_class     LowCardinality(String),
    environment         LowCardinality(String),
    dry_run             UInt8,
    adjusted_count      Float64,
    computed_at         DateTime64(6, 'UTC'),
    INDEX idx_timestamp timestamp TYPE minmax GRANULARITY 1,            -- for readers, who filter by it and not by bucket
    INDEX idx_trace_id trace_id TYPE bloom_filter(0.001) GRANULARITY 1
)
ENGINE = ReplacingMergeTree(computed_at)
PARTITION BY toDate(bucket)
ORDER BY (bucket, trace_key, call_key)
TTL toDate(bucket) + INTERVAL {retention_days} DAY
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1, ttl_only_drop_parts = 1;
