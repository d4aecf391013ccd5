-- The catalog as query rules read it: one row a connector and revision, without
-- its match keys. Written by the baseline receiver when a revision comes into
-- force, and again every day while it is, so that it outlives the rows' time.
-- Read with FINAL WHERE revision = {catalog:String}.
-- shard: none
CREATE TABLE IF NOT EXISTS {database}.catalog_connectors
(
    revision                LowCardinality(String),
    connector_id            String,
    name                    String,
    version                 String,                         -- of the flow or its package
    tenant_id               LowCardinality(String),         -- '' = of any
    region                  LowCardinality(String),         -- of the tenant: where its data belongs
    platform_name           LowCardinality(String),
    environment             LowCardinality(String),         -- production, sandbox, …; '' = not said
    lifecycle               LowCardinality(String),         -- draft, listed, deprecated, retired; '' = listed
    purpose                 String,
    owner_team              LowCardinality(String),
    owner_contact           String,
    approval_status         LowCardinality(String),         -- approved, pending, revoked; '' = not said
    approved_by             String,
    approved_on             Date,                           -- 1970-01-01 = not said
    approval_expires        Date,                           -- its last day; 1970-01-01 = never
    allowed_scopes          Array(String),                  -- empty = not said
    allowed_endpoints       Array(String),                  -- as in the catalog; empty = anything
    allowed_patterns        Array(String),                  -- the same as regular expressions over 'GET /contacts/{id}'
    quota_requests_per_day  Float64,                        -- 0 = none is agreed
    quota_bytes_out_per_day Float64,
    budget_per_day          Float64,
    budget_currency         LowCardinality(String),
    published_at            DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = ReplacingMergeTree(published_at)
ORDER BY (revision, connector_id)
TTL toDate(published_at) + INTERVAL {retention_days} DAY
SETTINGS non_replicated_deduplication_window = 100, fsync_after_insert = 1, fsync_part_directory = 1;
