-- Episodes found by rules: one row per (fingerprint, started_at), replaced when
-- its state changes. Read with FINAL, or through the view open_findings.
-- shard: none
CREATE TABLE IF NOT EXISTS {database}.findings
(
    fingerprint      String,                        -- hash of tenant, connector, entity, rule, endpoint, measure
    started_at       DateTime64(3, 'UTC'),
    status           LowCardinality(String),        -- pending, firing, resolved
    rule             LowCardinality(String),
    family           LowCardinality(String),
    severity         LowCardinality(String),
    category         LowCardinality(String),
    tenant_id        LowCardinality(String),
    connector_id     LowCardinality(String),
    connector_name   LowCardinality(String),
    entity           String,                        -- a user, a credential's id, …; '' when it is the connector itself
    endpoint         String,
    measure          LowCardinality(String),
    observed         Float64,
    expected         Float64,
    lower            Float64,
    upper            Float64,
    score            Float64,
    effect           Float64,                       -- what the rule compared with its threshold
    p_value          Float64,
    window_start     DateTime64(3, 'UTC'),
    window_end       DateTime64(3, 'UTC'),
    updated_at       DateTime64(3, 'UTC'),
    resolved_at      Nullable(DateTime64(3, 'UTC')),
    baseline_days    Float64,
    baseline_buckets UInt32,
    summary          String,
    contributors     String,                        -- JSON: [{key, baseline, observed}]
    trace_ids        Array(String),
    evidence_sql     String,
    runbook_url      String,
    dashboard_url    String,
    rule_revision    String,
    catalog_revision String,
    version          UInt64                         -- grows with every change of the episode
)
ENGINE = ReplacingMergeTree(version)
ORDER BY (fingerprint, started_at)
TTL toDate(started_at) + INTERVAL {rollup_retention_days} DAY
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1;
