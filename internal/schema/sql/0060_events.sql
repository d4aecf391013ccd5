-- The audit trail: config changes, token grants, quota breaches, policy
-- decisions and Weir's own audited acts, each delivery a row of its own. A row
-- is never replaced: an event that comes again is another row, and the view
-- audit_events shows it once, with how often it came. What the columns hold is
-- in the digest that event_chain links; weirctl audit verify checks it.
-- shard: cityHash64(source)
CREATE TABLE IF NOT EXISTS {database}.events
(
    timestamp    DateTime64(9, 'UTC') CODEC(Delta, ZSTD(1)),              -- of the event, by its sender's clock
    received_at  DateTime64(9, 'UTC') CODEC(Delta, ZSTD(1)),
    event_id     String CODEC(ZSTD(1)),                                   -- the sender's own; jti:… of a token; else content:…, made of what it says
    kind         LowCardinality(String),                                  -- connector.config.changed, token.granted, policy.denied, …
    source       LowCardinality(String),                                  -- the collector whose chain it is in
    reporter     LowCardinality(String),                                  -- service.name of who told it
    vouched      Bool,                                                    -- a trusted peer sent it
    tenant_id    LowCardinality(String),
    connector_id LowCardinality(String),
    actor        String CODEC(ZSTD(1)),                                   -- who did it
    approver     String CODEC(ZSTD(1)),
    subject      String CODEC(ZSTD(1)),                                   -- on whose behalf, or to whom
    object       String CODEC(ZSTD(1)),                                   -- to what
    old_value    String CODEC(ZSTD(1)),
    new_value    String CODEC(ZSTD(1)),
    rationale    String CODEC(ZSTD(1)),
    decision     LowCardinality(String),                                  -- allow, deny, grant, refuse, …
    policy       LowCardinality(String),
    token_id     String CODEC(ZSTD(1)),                                   -- jti
    request_id   String CODEC(ZSTD(1)),
    trace_id     FixedString(16) CODEC(ZSTD(1)),
    span_id      FixedString(8) CODEC(ZSTD(1)),
    severity     UInt8,                                                   -- as in logs
    body         String CODEC(ZSTD(1)),
    attributes   Map(LowCardinality(String), String) CODEC(ZSTD(1)),      -- what has no column; other types as JSON
    salt         FixedString(16) CODEC(NONE),                             -- without it the digest says nothing about the event
    digest       FixedString(32) CODEC(NONE),                             -- SHA-256 of salt and columns
    segment_id   UUID CODEC(ZSTD(1)),
    INDEX idx_timestamp timestamp TYPE minmax GRANULARITY 1,
    INDEX idx_event_id event_id TYPE bloom_filter(0.001) GRANULARITY 1,
    INDEX idx_trace_id trace_id TYPE bloom_filter(0.001) GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toDate(UUIDv7ToDateTime(segment_id, 'UTC'))
ORDER BY (tenant_id, kind, timestamp)
TTL toDate(UUIDv7ToDateTime(segment_id, 'UTC')) + INTERVAL {retention_days} DAY
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1, ttl_only_drop_parts = 1;
