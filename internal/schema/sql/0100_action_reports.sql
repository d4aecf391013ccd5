-- Every span or access-log record that may report an API call. Append-only and
-- exactly once. Which report of a call counts is decided in actions.
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
    identity_status     LowCardinality(String),
    identity_method     LowCardinality(String),
    identity_confidence Float32,
    unattributed_reason LowCardinality(String),
    catalog_revision    LowCardinality(String),
    user_id             String CODEC(ZSTD(1)),
    credential_id       String CODEC(ZSTD(1)),
    method              LowCardinality(String),                           -- GET, POST, … or the RPC method
    route               LowCardinality(String),                           -- template, never a raw path
    status_code         UInt16,                                           -- 0 = not known
    status_class        LowCardinality(String),                           -- 2xx, 3xx, 4xx, 5xx, error, unknown
    is_error            UInt8,
    bytes_in            UInt64 CODEC(T64, ZSTD(1)),                       -- request body
    bytes_out           UInt64 CODEC(T64, ZSTD(1)),                       -- response body
    cost                Float64,
    data_classification LowCardinality(String),
    environment         LowCardinality(String),
    dry_run             UInt8,
    adjusted_count      Float64,                                          -- how many calls this one stands for (sampling)
    segment_id          UUID,
    ingested_at         DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = MergeTree
PARTITION BY toDate(bucket)
ORDER BY (bucket, trace_key)
TTL toDate(bucket) + INTERVAL {retention_days} DAY
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1, ttl_only_drop_parts = 1;
