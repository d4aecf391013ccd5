CREATE TABLE IF NOT EXISTS weir.schema_migrations ON CLUSTER weir
(
    `version` UInt32,
    `name` String,
    `checksum` String,
    `applied_at` DateTime64(6, 'UTC')
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/all', '{shard}-{replica}', applied_at)
ORDER BY version
SETTINGS replicated_deduplication_window = 100, replicated_deduplication_window_seconds = 7200, fsync_after_insert = 1, fsync_part_directory = 1;

CREATE TABLE IF NOT EXISTS weir.transfers ON CLUSTER weir
(
    `source` String,
    `table` String,
    `partition` String,
    `state` Enum8('verified' = 1, 'done' = 2),
    `rows` UInt64,
    `hash` UInt64,
    `at` DateTime64(6, 'UTC')
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/all', '{shard}-{replica}', at)
ORDER BY (source, `table`, partition)
SETTINGS replicated_deduplication_window = 100, replicated_deduplication_window_seconds = 7200, fsync_after_insert = 1, fsync_part_directory = 1;

CREATE TABLE IF NOT EXISTS weir.resources ON CLUSTER weir
(
    `resource_id` UInt64,
    `service_name` LowCardinality(String),
    `schema_url` String CODEC(ZSTD(1)),
    `attributes_string` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    `attributes_int` Map(LowCardinality(String), Int64) CODEC(ZSTD(1)),
    `attributes_double` Map(LowCardinality(String), Float64) CODEC(ZSTD(1)),
    `attributes_bool` Map(LowCardinality(String), Bool) CODEC(ZSTD(1)),
    `attributes_json` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    `dropped_attributes_count` UInt32,
    `last_seen` DateTime('UTC'),
    `retention_days` UInt16,
    `segment_id` UUID
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/all', '{shard}-{replica}', last_seen)
ORDER BY resource_id
TTL toDate(addDays(last_seen, 2)) + toIntervalDay(3) TO VOLUME 'cold', toDate(addDays(last_seen, 2)) + toIntervalDay(if(retention_days = 0, 30, retention_days))
SETTINGS replicated_deduplication_window = 23040, replicated_deduplication_window_seconds = 7200, fsync_after_insert = 1, fsync_part_directory = 1, storage_policy = 'tiers';

CREATE TABLE IF NOT EXISTS weir.spans_local ON CLUSTER weir
(
    `timestamp` DateTime64(9, 'UTC') CODEC(Delta, ZSTD(3)),
    `duration_ns` UInt64 CODEC(T64, ZSTD(1)),
    `trace_id` FixedString(16) CODEC(ZSTD(1)),
    `span_id` FixedString(8) CODEC(NONE),
    `parent_span_id` FixedString(8) CODEC(ZSTD(1)),
    `trace_state` String CODEC(ZSTD(1)),
    `flags` UInt32 CODEC(T64, ZSTD(1)),
    `name` LowCardinality(String),
    `kind` Enum8('unspecified' = 0, 'internal' = 1, 'server' = 2, 'client' = 3, 'producer' = 4, 'consumer' = 5),
    `status_code` Enum8('unset' = 0, 'ok' = 1, 'error' = 2),
    `status_message` String CODEC(ZSTD(1)),
    `service_name` LowCardinality(String),
    `resource_id` UInt64 CODEC(ZSTD(1)),
    `scope_name` LowCardinality(String),
    `scope_version` LowCardinality(String),
    `scope_schema_url` LowCardinality(String),
    `scope_dropped_attributes_count` UInt32 CODEC(T64, ZSTD(1)),
    `scope_attributes` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    `attributes_string` Map(LowCardinality(String), String) CODEC(ZSTD(3)),
    `attributes_int` Map(LowCardinality(String), Int64) CODEC(ZSTD(1)),
    `attributes_double` Map(LowCardinality(String), Float64) CODEC(ZSTD(3)),
    `attributes_bool` Map(LowCardinality(String), Bool) CODEC(ZSTD(3)),
    `attributes_json` Map(LowCardinality(String), String) CODEC(ZSTD(3)),
    `dropped_attributes_count` UInt32 CODEC(T64, ZSTD(1)),
    `event_timestamps` Array(DateTime64(9, 'UTC')) CODEC(ZSTD(1)),
    `event_names` Array(LowCardinality(String)) CODEC(ZSTD(1)),
    `event_attributes` Array(Map(LowCardinality(String), String)) CODEC(ZSTD(1)),
    `event_dropped_attributes` Array(UInt32) CODEC(ZSTD(1)),
    `dropped_events_count` UInt32 CODEC(T64, ZSTD(1)),
    `link_trace_ids` Array(FixedString(16)) CODEC(ZSTD(1)),
    `link_span_ids` Array(FixedString(8)) CODEC(ZSTD(1)),
    `link_trace_states` Array(String) CODEC(ZSTD(1)),
    `link_flags` Array(UInt32) CODEC(ZSTD(1)),
    `link_attributes` Array(Map(LowCardinality(String), String)) CODEC(ZSTD(1)),
    `link_dropped_attributes` Array(UInt32) CODEC(ZSTD(1)),
    `dropped_links_count` UInt32 CODEC(T64, ZSTD(1)),
    `tenant_id` LowCardinality(String),
    `connector_id` LowCardinality(String),
    `identity_status` LowCardinality(String),
    `retention_days` UInt16,
    `segment_id` LowCardinality(UUID) CODEC(ZSTD(3)),
    `ingested_at` DateTime64(3, 'UTC') ALIAS UUIDv7ToDateTime(segment_id, 'UTC'),
    INDEX idx_trace_id trace_id TYPE bloom_filter(0.025) GRANULARITY 1,
    INDEX idx_trace_id_hex lower(hex(trace_id)) TYPE bloom_filter(0.025) GRANULARITY 1
)
ENGINE = ReplicatedMergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}')
PARTITION BY (retention_days, toDate(timestamp))
ORDER BY (tenant_id, connector_id, service_name, name, timestamp)
TTL toDate(timestamp) + toIntervalDay(3) TO VOLUME 'cold', toDate(timestamp) + toIntervalDay(if(retention_days = 0, 30, retention_days))
SETTINGS replicated_deduplication_window = 23040, replicated_deduplication_window_seconds = 7200, fsync_after_insert = 1, fsync_part_directory = 1, ttl_only_drop_parts = 1, string_serialization_version = 'single_stream', storage_policy = 'tiers';

CREATE OR REPLACE TABLE weir.spans ON CLUSTER weir AS weir.spans_local
ENGINE = Distributed('weir', 'weir', 'spans_local', cityHash64(trace_id));

CREATE TABLE IF NOT EXISTS weir.logs_local ON CLUSTER weir
(
    `timestamp` DateTime64(9, 'UTC') CODEC(Delta, ZSTD(1)),
    `observed_timestamp` DateTime64(9, 'UTC') CODEC(Delta, ZSTD(1)),
    `trace_id` FixedString(16) CODEC(ZSTD(1)),
    `span_id` FixedString(8) CODEC(ZSTD(1)),
    `flags` UInt32 CODEC(T64, ZSTD(1)),
    `severity_number` UInt8,
    `severity_text` LowCardinality(String),
    `event_name` LowCardinality(String),
    `body` String CODEC(ZSTD(3)),
    `body_json` String CODEC(ZSTD(3)),
    `service_name` LowCardinality(String),
    `resource_id` UInt64 CODEC(ZSTD(1)),
    `scope_name` LowCardinality(String),
    `scope_version` LowCardinality(String),
    `scope_schema_url` LowCardinality(String),
    `scope_dropped_attributes_count` UInt32 CODEC(T64, ZSTD(1)),
    `scope_attributes` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    `attributes_string` Map(LowCardinality(String), String) CODEC(ZSTD(3)),
    `attributes_int` Map(LowCardinality(String), Int64) CODEC(ZSTD(1)),
    `attributes_double` Map(LowCardinality(String), Float64) CODEC(ZSTD(3)),
    `attributes_bool` Map(LowCardinality(String), Bool) CODEC(ZSTD(3)),
    `attributes_json` Map(LowCardinality(String), String) CODEC(ZSTD(3)),
    `dropped_attributes_count` UInt32 CODEC(T64, ZSTD(1)),
    `tenant_id` LowCardinality(String),
    `connector_id` LowCardinality(String),
    `identity_status` LowCardinality(String),
    `retention_days` UInt16,
    `segment_id` LowCardinality(UUID) CODEC(ZSTD(3)),
    `ingested_at` DateTime64(3, 'UTC') ALIAS UUIDv7ToDateTime(segment_id, 'UTC'),
    INDEX idx_trace_id trace_id TYPE bloom_filter(0.025) GRANULARITY 1,
    INDEX idx_trace_id_hex replaceOne(lower(hex(trace_id)), '00000000000000000000000000000000', '') TYPE bloom_filter(0.025) GRANULARITY 1
)
ENGINE = ReplicatedMergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}')
PARTITION BY (retention_days, toDate(timestamp))
ORDER BY (tenant_id, service_name, timestamp)
TTL toDate(timestamp) + toIntervalDay(3) TO VOLUME 'cold', toDate(timestamp) + toIntervalDay(if(retention_days = 0, 30, retention_days))
SETTINGS replicated_deduplication_window = 23040, replicated_deduplication_window_seconds = 7200, fsync_after_insert = 1, fsync_part_directory = 1, ttl_only_drop_parts = 1, string_serialization_version = 'single_stream', storage_policy = 'tiers';

CREATE OR REPLACE TABLE weir.logs ON CLUSTER weir AS weir.logs_local
ENGINE = Distributed('weir', 'weir', 'logs_local', if(trace_id = toFixedString('', 16), cityHash64(service_name, timestamp), cityHash64(trace_id)));

CREATE TABLE IF NOT EXISTS weir.metrics_gauge_local ON CLUSTER weir
(
    `timestamp` DateTime64(9, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
    `start_timestamp` DateTime64(9, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
    `metric_name` LowCardinality(String),
    `metric_description` LowCardinality(String),
    `metric_unit` LowCardinality(String),
    `metric_metadata` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    `series_id` UInt64 CODEC(Delta, ZSTD(1)),
    `service_name` LowCardinality(String),
    `resource_id` UInt64 CODEC(Delta, ZSTD(1)),
    `scope_name` LowCardinality(String),
    `scope_version` LowCardinality(String),
    `scope_schema_url` LowCardinality(String),
    `scope_dropped_attributes_count` UInt32 CODEC(T64, ZSTD(1)),
    `scope_attributes` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    `attributes_string` Map(LowCardinality(String), String) CODEC(ZSTD(3)),
    `attributes_int` Map(LowCardinality(String), Int64) CODEC(ZSTD(1)),
    `attributes_double` Map(LowCardinality(String), Float64) CODEC(ZSTD(3)),
    `attributes_bool` Map(LowCardinality(String), Bool) CODEC(ZSTD(3)),
    `attributes_json` Map(LowCardinality(String), String) CODEC(ZSTD(3)),
    `flags` UInt32 CODEC(T64, ZSTD(1)),
    `value` Float64 CODEC(ZSTD(1)),
    `value_int` Int64 CODEC(Delta, ZSTD(1)),
    `value_type` Enum8('none' = 0, 'int' = 1, 'double' = 2),
    `exemplar_timestamps` Array(DateTime64(9, 'UTC')) CODEC(ZSTD(1)),
    `exemplar_values` Array(Float64) CODEC(ZSTD(1)),
    `exemplar_ints` Array(Int64) CODEC(ZSTD(1)),
    `exemplar_types` Array(Enum8('none' = 0, 'int' = 1, 'double' = 2)) CODEC(ZSTD(1)),
    `exemplar_trace_ids` Array(FixedString(16)) CODEC(ZSTD(1)),
    `exemplar_span_ids` Array(FixedString(8)) CODEC(ZSTD(1)),
    `exemplar_attributes` Array(Map(LowCardinality(String), String)) CODEC(ZSTD(1)),
    `tenant_id` LowCardinality(String),
    `connector_id` LowCardinality(String),
    `identity_status` LowCardinality(String),
    `retention_days` UInt16,
    `segment_id` LowCardinality(UUID) CODEC(ZSTD(3)),
    `ingested_at` DateTime64(3, 'UTC') ALIAS UUIDv7ToDateTime(segment_id, 'UTC')
)
ENGINE = ReplicatedMergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}')
PARTITION BY (retention_days, toDate(timestamp))
ORDER BY (tenant_id, metric_name, series_id, timestamp)
TTL toDate(timestamp) + toIntervalDay(3) TO VOLUME 'cold', toDate(timestamp) + toIntervalDay(if(retention_days = 0, 30, retention_days))
SETTINGS replicated_deduplication_window = 23040, replicated_deduplication_window_seconds = 7200, fsync_after_insert = 1, fsync_part_directory = 1, ttl_only_drop_parts = 1, string_serialization_version = 'single_stream', storage_policy = 'tiers';

CREATE OR REPLACE TABLE weir.metrics_gauge ON CLUSTER weir AS weir.metrics_gauge_local
ENGINE = Distributed('weir', 'weir', 'metrics_gauge_local', series_id);

CREATE TABLE IF NOT EXISTS weir.metrics_sum_local ON CLUSTER weir
(
    `timestamp` DateTime64(9, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
    `start_timestamp` DateTime64(9, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
    `metric_name` LowCardinality(String),
    `metric_description` LowCardinality(String),
    `metric_unit` LowCardinality(String),
    `metric_metadata` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    `series_id` UInt64 CODEC(Delta, ZSTD(1)),
    `service_name` LowCardinality(String),
    `resource_id` UInt64 CODEC(Delta, ZSTD(1)),
    `scope_name` LowCardinality(String),
    `scope_version` LowCardinality(String),
    `scope_schema_url` LowCardinality(String),
    `scope_dropped_attributes_count` UInt32 CODEC(T64, ZSTD(1)),
    `scope_attributes` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    `attributes_string` Map(LowCardinality(String), String) CODEC(ZSTD(3)),
    `attributes_int` Map(LowCardinality(String), Int64) CODEC(ZSTD(1)),
    `attributes_double` Map(LowCardinality(String), Float64) CODEC(ZSTD(3)),
    `attributes_bool` Map(LowCardinality(String), Bool) CODEC(ZSTD(3)),
    `attributes_json` Map(LowCardinality(String), String) CODEC(ZSTD(3)),
    `flags` UInt32 CODEC(T64, ZSTD(1)),
    `value` Float64 CODEC(ZSTD(1)),
    `value_int` Int64 CODEC(Delta, ZSTD(1)),
    `value_type` Enum8('none' = 0, 'int' = 1, 'double' = 2),
    `aggregation_temporality` Enum8('unspecified' = 0, 'delta' = 1, 'cumulative' = 2),
    `is_monotonic` Bool,
    `exemplar_timestamps` Array(DateTime64(9, 'UTC')) CODEC(ZSTD(1)),
    `exemplar_values` Array(Float64) CODEC(ZSTD(1)),
    `exemplar_ints` Array(Int64) CODEC(ZSTD(1)),
    `exemplar_types` Array(Enum8('none' = 0, 'int' = 1, 'double' = 2)) CODEC(ZSTD(1)),
    `exemplar_trace_ids` Array(FixedString(16)) CODEC(ZSTD(1)),
    `exemplar_span_ids` Array(FixedString(8)) CODEC(ZSTD(1)),
    `exemplar_attributes` Array(Map(LowCardinality(String), String)) CODEC(ZSTD(1)),
    `tenant_id` LowCardinality(String),
    `connector_id` LowCardinality(String),
    `identity_status` LowCardinality(String),
    `retention_days` UInt16,
    `segment_id` LowCardinality(UUID) CODEC(ZSTD(3)),
    `ingested_at` DateTime64(3, 'UTC') ALIAS UUIDv7ToDateTime(segment_id, 'UTC')
)
ENGINE = ReplicatedMergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}')
PARTITION BY (retention_days, toDate(timestamp))
ORDER BY (tenant_id, metric_name, series_id, timestamp)
TTL toDate(timestamp) + toIntervalDay(3) TO VOLUME 'cold', toDate(timestamp) + toIntervalDay(if(retention_days = 0, 30, retention_days))
SETTINGS replicated_deduplication_window = 23040, replicated_deduplication_window_seconds = 7200, fsync_after_insert = 1, fsync_part_directory = 1, ttl_only_drop_parts = 1, string_serialization_version = 'single_stream', storage_policy = 'tiers';

CREATE OR REPLACE TABLE weir.metrics_sum ON CLUSTER weir AS weir.metrics_sum_local
ENGINE = Distributed('weir', 'weir', 'metrics_sum_local', series_id);

CREATE TABLE IF NOT EXISTS weir.metrics_histogram_local ON CLUSTER weir
(
    `timestamp` DateTime64(9, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
    `start_timestamp` DateTime64(9, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
    `metric_name` LowCardinality(String),
    `metric_description` LowCardinality(String),
    `metric_unit` LowCardinality(String),
    `metric_metadata` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    `series_id` UInt64 CODEC(Delta, ZSTD(1)),
    `service_name` LowCardinality(String),
    `resource_id` UInt64 CODEC(Delta, ZSTD(1)),
    `scope_name` LowCardinality(String),
    `scope_version` LowCardinality(String),
    `scope_schema_url` LowCardinality(String),
    `scope_dropped_attributes_count` UInt32 CODEC(T64, ZSTD(1)),
    `scope_attributes` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    `attributes_string` Map(LowCardinality(String), String) CODEC(ZSTD(3)),
    `attributes_int` Map(LowCardinality(String), Int64) CODEC(ZSTD(1)),
    `attributes_double` Map(LowCardinality(String), Float64) CODEC(ZSTD(3)),
    `attributes_bool` Map(LowCardinality(String), Bool) CODEC(ZSTD(3)),
    `attributes_json` Map(LowCardinality(String), String) CODEC(ZSTD(3)),
    `flags` UInt32 CODEC(T64, ZSTD(1)),
    `count` UInt64 CODEC(Delta, ZSTD(1)),
    `sum` Nullable(Float64) CODEC(ZSTD(1)),
    `min` Nullable(Float64) CODEC(ZSTD(1)),
    `max` Nullable(Float64) CODEC(ZSTD(1)),
    `aggregation_temporality` Enum8('unspecified' = 0, 'delta' = 1, 'cumulative' = 2),
    `exemplar_timestamps` Array(DateTime64(9, 'UTC')) CODEC(ZSTD(1)),
    `exemplar_values` Array(Float64) CODEC(ZSTD(1)),
    `exemplar_ints` Array(Int64) CODEC(ZSTD(1)),
    `exemplar_types` Array(Enum8('none' = 0, 'int' = 1, 'double' = 2)) CODEC(ZSTD(1)),
    `exemplar_trace_ids` Array(FixedString(16)) CODEC(ZSTD(1)),
    `exemplar_span_ids` Array(FixedString(8)) CODEC(ZSTD(1)),
    `exemplar_attributes` Array(Map(LowCardinality(String), String)) CODEC(ZSTD(1)),
    `bucket_counts` Array(UInt64) CODEC(ZSTD(1)),
    `explicit_bounds` Array(Float64) CODEC(ZSTD(1)),
    `tenant_id` LowCardinality(String),
    `connector_id` LowCardinality(String),
    `identity_status` LowCardinality(String),
    `retention_days` UInt16,
    `segment_id` LowCardinality(UUID) CODEC(ZSTD(3)),
    `ingested_at` DateTime64(3, 'UTC') ALIAS UUIDv7ToDateTime(segment_id, 'UTC')
)
ENGINE = ReplicatedMergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}')
PARTITION BY (retention_days, toDate(timestamp))
ORDER BY (tenant_id, metric_name, series_id, timestamp)
TTL toDate(timestamp) + toIntervalDay(3) TO VOLUME 'cold', toDate(timestamp) + toIntervalDay(if(retention_days = 0, 30, retention_days))
SETTINGS replicated_deduplication_window = 23040, replicated_deduplication_window_seconds = 7200, fsync_after_insert = 1, fsync_part_directory = 1, ttl_only_drop_parts = 1, string_serialization_version = 'single_stream', storage_policy = 'tiers';

CREATE OR REPLACE TABLE weir.metrics_histogram ON CLUSTER weir AS weir.metrics_histogram_local
ENGINE = Distributed('weir', 'weir', 'metrics_histogram_local', series_id);

CREATE TABLE IF NOT EXISTS weir.metrics_exponential_histogram_local ON CLUSTER weir
(
    `timestamp` DateTime64(9, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
    `start_timestamp` DateTime64(9, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
    `metric_name` LowCardinality(String),
    `metric_description` LowCardinality(String),
    `metric_unit` LowCardinality(String),
    `metric_metadata` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    `series_id` UInt64 CODEC(Delta, ZSTD(1)),
    `service_name` LowCardinality(String),
    `resource_id` UInt64 CODEC(Delta, ZSTD(1)),
    `scope_name` LowCardinality(String),
    `scope_version` LowCardinality(String),
    `scope_schema_url` LowCardinality(String),
    `scope_dropped_attributes_count` UInt32 CODEC(T64, ZSTD(1)),
    `scope_attributes` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    `attributes_string` Map(LowCardinality(String), String) CODEC(ZSTD(3)),
    `attributes_int` Map(LowCardinality(String), Int64) CODEC(ZSTD(1)),
    `attributes_double` Map(LowCardinality(String), Float64) CODEC(ZSTD(3)),
    `attributes_bool` Map(LowCardinality(String), Bool) CODEC(ZSTD(3)),
    `attributes_json` Map(LowCardinality(String), String) CODEC(ZSTD(3)),
    `flags` UInt32 CODEC(T64, ZSTD(1)),
    `count` UInt64 CODEC(Delta, ZSTD(1)),
    `sum` Nullable(Float64) CODEC(ZSTD(1)),
    `min` Nullable(Float64) CODEC(ZSTD(1)),
    `max` Nullable(Float64) CODEC(ZSTD(1)),
    `aggregation_temporality` Enum8('unspecified' = 0, 'delta' = 1, 'cumulative' = 2),
    `exemplar_timestamps` Array(DateTime64(9, 'UTC')) CODEC(ZSTD(1)),
    `exemplar_values` Array(Float64) CODEC(ZSTD(1)),
    `exemplar_ints` Array(Int64) CODEC(ZSTD(1)),
    `exemplar_types` Array(Enum8('none' = 0, 'int' = 1, 'double' = 2)) CODEC(ZSTD(1)),
    `exemplar_trace_ids` Array(FixedString(16)) CODEC(ZSTD(1)),
    `exemplar_span_ids` Array(FixedString(8)) CODEC(ZSTD(1)),
    `exemplar_attributes` Array(Map(LowCardinality(String), String)) CODEC(ZSTD(1)),
    `scale` Int32 CODEC(ZSTD(1)),
    `zero_count` UInt64 CODEC(T64, ZSTD(1)),
    `zero_threshold` Float64 CODEC(ZSTD(1)),
    `positive_offset` Int32 CODEC(ZSTD(1)),
    `positive_bucket_counts` Array(UInt64) CODEC(ZSTD(1)),
    `negative_offset` Int32 CODEC(ZSTD(1)),
    `negative_bucket_counts` Array(UInt64) CODEC(ZSTD(1)),
    `tenant_id` LowCardinality(String),
    `connector_id` LowCardinality(String),
    `identity_status` LowCardinality(String),
    `retention_days` UInt16,
    `segment_id` LowCardinality(UUID) CODEC(ZSTD(3)),
    `ingested_at` DateTime64(3, 'UTC') ALIAS UUIDv7ToDateTime(segment_id, 'UTC')
)
ENGINE = ReplicatedMergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}')
PARTITION BY (retention_days, toDate(timestamp))
ORDER BY (tenant_id, metric_name, series_id, timestamp)
TTL toDate(timestamp) + toIntervalDay(3) TO VOLUME 'cold', toDate(timestamp) + toIntervalDay(if(retention_days = 0, 30, retention_days))
SETTINGS replicated_deduplication_window = 23040, replicated_deduplication_window_seconds = 7200, fsync_after_insert = 1, fsync_part_directory = 1, ttl_only_drop_parts = 1, string_serialization_version = 'single_stream', storage_policy = 'tiers';

CREATE OR REPLACE TABLE weir.metrics_exponential_histogram ON CLUSTER weir AS weir.metrics_exponential_histogram_local
ENGINE = Distributed('weir', 'weir', 'metrics_exponential_histogram_local', series_id);

CREATE TABLE IF NOT EXISTS weir.metrics_summary_local ON CLUSTER weir
(
    `timestamp` DateTime64(9, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
    `start_timestamp` DateTime64(9, 'UTC') CODEC(DoubleDelta, ZSTD(1)),
    `metric_name` LowCardinality(String),
    `metric_description` LowCardinality(String),
    `metric_unit` LowCardinality(String),
    `metric_metadata` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    `series_id` UInt64 CODEC(Delta, ZSTD(1)),
    `service_name` LowCardinality(String),
    `resource_id` UInt64 CODEC(Delta, ZSTD(1)),
    `scope_name` LowCardinality(String),
    `scope_version` LowCardinality(String),
    `scope_schema_url` LowCardinality(String),
    `scope_dropped_attributes_count` UInt32 CODEC(T64, ZSTD(1)),
    `scope_attributes` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    `attributes_string` Map(LowCardinality(String), String) CODEC(ZSTD(3)),
    `attributes_int` Map(LowCardinality(String), Int64) CODEC(ZSTD(1)),
    `attributes_double` Map(LowCardinality(String), Float64) CODEC(ZSTD(3)),
    `attributes_bool` Map(LowCardinality(String), Bool) CODEC(ZSTD(3)),
    `attributes_json` Map(LowCardinality(String), String) CODEC(ZSTD(3)),
    `flags` UInt32 CODEC(T64, ZSTD(1)),
    `count` UInt64 CODEC(Delta, ZSTD(1)),
    `sum` Float64 CODEC(ZSTD(1)),
    `quantiles` Array(Float64) CODEC(ZSTD(1)),
    `quantile_values` Array(Float64) CODEC(ZSTD(1)),
    `tenant_id` LowCardinality(String),
    `connector_id` LowCardinality(String),
    `identity_status` LowCardinality(String),
    `retention_days` UInt16,
    `segment_id` LowCardinality(UUID) CODEC(ZSTD(3)),
    `ingested_at` DateTime64(3, 'UTC') ALIAS UUIDv7ToDateTime(segment_id, 'UTC')
)
ENGINE = ReplicatedMergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}')
PARTITION BY (retention_days, toDate(timestamp))
ORDER BY (tenant_id, metric_name, series_id, timestamp)
TTL toDate(timestamp) + toIntervalDay(3) TO VOLUME 'cold', toDate(timestamp) + toIntervalDay(if(retention_days = 0, 30, retention_days))
SETTINGS replicated_deduplication_window = 23040, replicated_deduplication_window_seconds = 7200, fsync_after_insert = 1, fsync_part_directory = 1, ttl_only_drop_parts = 1, string_serialization_version = 'single_stream', storage_policy = 'tiers';

CREATE OR REPLACE TABLE weir.metrics_summary ON CLUSTER weir AS weir.metrics_summary_local
ENGINE = Distributed('weir', 'weir', 'metrics_summary_local', series_id);

CREATE TABLE IF NOT EXISTS weir.events_local ON CLUSTER weir
(
    `timestamp` DateTime64(9, 'UTC') CODEC(Delta, ZSTD(1)),
    `received_at` DateTime64(9, 'UTC') CODEC(Delta, ZSTD(1)),
    `event_id` String CODEC(ZSTD(1)),
    `kind` LowCardinality(String),
    `source` LowCardinality(String),
    `reporter` LowCardinality(String),
    `vouched` Bool,
    `tenant_id` LowCardinality(String),
    `connector_id` LowCardinality(String),
    `actor` String CODEC(ZSTD(1)),
    `approver` String CODEC(ZSTD(1)),
    `subject` String CODEC(ZSTD(1)),
    `object` String CODEC(ZSTD(1)),
    `old_value` String CODEC(ZSTD(1)),
    `new_value` String CODEC(ZSTD(1)),
    `rationale` String CODEC(ZSTD(1)),
    `decision` LowCardinality(String),
    `policy` LowCardinality(String),
    `token_id` String CODEC(ZSTD(1)),
    `request_id` String CODEC(ZSTD(1)),
    `trace_id` FixedString(16) CODEC(ZSTD(1)),
    `span_id` FixedString(8) CODEC(ZSTD(1)),
    `severity` UInt8,
    `body` String CODEC(ZSTD(1)),
    `attributes` Map(LowCardinality(String), String) CODEC(ZSTD(1)),
    `salt` FixedString(16) CODEC(NONE),
    `digest` FixedString(32) CODEC(NONE),
    `segment_id` UUID CODEC(ZSTD(1)),
    INDEX idx_timestamp timestamp TYPE minmax GRANULARITY 1,
    INDEX idx_event_id event_id TYPE bloom_filter(0.001) GRANULARITY 1,
    INDEX idx_trace_id trace_id TYPE bloom_filter(0.001) GRANULARITY 1
)
ENGINE = ReplicatedMergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}')
PARTITION BY toDate(UUIDv7ToDateTime(segment_id, 'UTC'))
ORDER BY (tenant_id, kind, timestamp)
TTL toDate(UUIDv7ToDateTime(segment_id, 'UTC')) + toIntervalDay(3) TO VOLUME 'cold', toDate(UUIDv7ToDateTime(segment_id, 'UTC')) + toIntervalDay(30)
SETTINGS replicated_deduplication_window = 23040, replicated_deduplication_window_seconds = 7200, fsync_after_insert = 1, fsync_part_directory = 1, ttl_only_drop_parts = 1, storage_policy = 'tiers';

CREATE OR REPLACE TABLE weir.events ON CLUSTER weir AS weir.events_local
ENGINE = Distributed('weir', 'weir', 'events_local', cityHash64(source));

CREATE TABLE IF NOT EXISTS weir.event_chain_local ON CLUSTER weir
(
    `source` LowCardinality(String),
    `seq` UInt64 CODEC(Delta, ZSTD(1)),
    `digest` FixedString(32) CODEC(NONE),
    `hash` FixedString(32) CODEC(NONE),
    `segment_id` UUID CODEC(ZSTD(1))
)
ENGINE = ReplicatedMergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}')
PARTITION BY toDate(UUIDv7ToDateTime(segment_id, 'UTC'))
ORDER BY (source, seq)
TTL toDate(UUIDv7ToDateTime(segment_id, 'UTC')) + toIntervalDay(400)
SETTINGS replicated_deduplication_window = 23040, replicated_deduplication_window_seconds = 7200, fsync_after_insert = 1, fsync_part_directory = 1, ttl_only_drop_parts = 1;

CREATE OR REPLACE TABLE weir.event_chain ON CLUSTER weir AS weir.event_chain_local
ENGINE = Distributed('weir', 'weir', 'event_chain_local', cityHash64(source));

CREATE TABLE IF NOT EXISTS weir.audit_checkpoints ON CLUSTER weir
(
    `source` LowCardinality(String),
    `number` UInt64,
    `previous` FixedString(32),
    `at` DateTime64(3, 'UTC'),
    `public_key` FixedString(32),
    `signature` FixedString(64),
    `seq` UInt64,
    `head` FixedString(32),
    `head_segment` UUID,
    `segment_id` UUID
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/all', '{shard}-{replica}')
ORDER BY (source, number, at, seq, head, head_segment, previous, public_key, signature)
SETTINGS replicated_deduplication_window = 23040, replicated_deduplication_window_seconds = 7200, fsync_after_insert = 1, fsync_part_directory = 1;

CREATE TABLE IF NOT EXISTS weir.audit_tombstones ON CLUSTER weir
(
    `source` LowCardinality(String),
    `number` UInt64,
    `previous` FixedString(32),
    `at` DateTime64(3, 'UTC'),
    `public_key` FixedString(32),
    `signature` FixedString(64),
    `kind` LowCardinality(String),
    `event_days` UInt32,
    `chain_days` UInt32,
    `target` LowCardinality(String),
    `seqs` Array(UInt64) CODEC(ZSTD(1)),
    `receipt` String,
    `segment_id` UUID
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/all', '{shard}-{replica}')
ORDER BY (source, number, at, kind, event_days, chain_days, target, seqs, receipt, previous, public_key, signature)
SETTINGS replicated_deduplication_window = 23040, replicated_deduplication_window_seconds = 7200, fsync_after_insert = 1, fsync_part_directory = 1;

CREATE TABLE IF NOT EXISTS weir.legal_holds ON CLUSTER weir
(
    `hold_id` String,
    `key_id` String,
    `subject` String,
    `reason` String,
    `until` Nullable(DateTime('UTC')),
    `placed_by` String,
    `placed_at` DateTime64(3, 'UTC'),
    `released_by` String,
    `released_at` Nullable(DateTime64(3, 'UTC')),
    `version` UInt64
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/all', '{shard}-{replica}', version)
ORDER BY hold_id
SETTINGS replicated_deduplication_window = 100, replicated_deduplication_window_seconds = 7200, fsync_after_insert = 1, fsync_part_directory = 1;

CREATE TABLE IF NOT EXISTS weir.action_reports_local ON CLUSTER weir
(
    `bucket` DateTime('UTC') CODEC(DoubleDelta, ZSTD(1)),
    `trace_key` UInt64,
    `call_key` String CODEC(ZSTD(1)),
    `source` Enum8('edge' = 1, 'gateway_log' = 2, 'server' = 3, 'client' = 4),
    `timestamp` DateTime64(9, 'UTC') CODEC(Delta, ZSTD(1)),
    `duration_ns` UInt64 CODEC(T64, ZSTD(1)),
    `trace_id` FixedString(16),
    `span_id` FixedString(8),
    `parent_span_id` FixedString(8),
    `service_name` LowCardinality(String),
    `tenant_id` LowCardinality(String),
    `connector_id` LowCardinality(String),
    `connector_name` LowCardinality(String),
    `platform_name` LowCardinality(String),
    `workflow_id` String CODEC(ZSTD(1)),
    `workflow_run_id` String CODEC(ZSTD(1)),
    `identity_status` LowCardinality(String),
    `identity_method` LowCardinality(String),
    `identity_confidence` Float32,
    `vouched` UInt8,
    `unattributed_reason` LowCardinality(String),
    `catalog_revision` LowCardinality(String),
    `user_id` String CODEC(ZSTD(1)),
    `credential_id` String CODEC(ZSTD(1)),
    `credential_hash` String CODEC(ZSTD(1)),
    `credential_type` LowCardinality(String),
    `token_id` String CODEC(ZSTD(1)),
    `token_issuer` LowCardinality(String),
    `token_audience` Array(String) CODEC(ZSTD(1)),
    `token_scopes` Array(String) CODEC(ZSTD(1)),
    `token_client_id` LowCardinality(String),
    `token_expires_in` UInt32,
    `actor_chain` Array(String) CODEC(ZSTD(1)),
    `actor_type` LowCardinality(String),
    `client_country` LowCardinality(String),
    `client_as` UInt32,
    `api_id` LowCardinality(String),
    `operation_id` LowCardinality(String),
    `method` LowCardinality(String),
    `route` LowCardinality(String),
    `status_code` UInt16,
    `status_class` LowCardinality(String),
    `is_error` UInt8,
    `bytes_in` UInt64 CODEC(T64, ZSTD(1)),
    `bytes_out` UInt64 CODEC(T64, ZSTD(1)),
    `rows` UInt64 CODEC(T64, ZSTD(1)),
    `cost` Float64,
    `cost_currency` LowCardinality(String),
    `data_classification` LowCardinality(String),
    `retention_class` LowCardinality(String),
    `environment` LowCardinality(String),
    `dry_run` UInt8,
    `adjusted_count` Float64,
    `segment_id` UUID,
    `ingested_at` DateTime64(3, 'UTC') DEFAULT now64(3),
    INDEX idx_request startsWith(call_key, 'req:') TYPE set(2) GRANULARITY 1
)
ENGINE = ReplicatedMergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}')
PARTITION BY toDate(bucket)
ORDER BY (bucket, trace_key)
TTL toDate(bucket) + toIntervalDay(3) TO VOLUME 'cold', toDate(bucket) + toIntervalDay(30)
SETTINGS replicated_deduplication_window = 23040, replicated_deduplication_window_seconds = 7200, fsync_after_insert = 1, fsync_part_directory = 1, min_bytes_for_wide_part = 268435456, ttl_only_drop_parts = 1, storage_policy = 'tiers';

CREATE OR REPLACE TABLE weir.action_reports ON CLUSTER weir AS weir.action_reports_local
ENGINE = Distributed('weir', 'weir', 'action_reports_local', trace_key);

CREATE TABLE IF NOT EXISTS weir.actions_local ON CLUSTER weir
(
    `bucket` DateTime('UTC') CODEC(DoubleDelta, ZSTD(1)),
    `call_key` String CODEC(ZSTD(1)),
    `trace_key` UInt64,
    `live` UInt8,
    `source` Enum8('edge' = 1, 'gateway_log' = 2, 'server' = 3, 'client' = 4),
    `reports` UInt32,
    `timestamp` DateTime64(9, 'UTC') CODEC(Delta, ZSTD(1)),
    `duration_ns` UInt64 CODEC(T64, ZSTD(1)),
    `trace_id` FixedString(16),
    `span_id` FixedString(8),
    `trace_context` Enum8('none' = 0, 'root' = 1, 'broken' = 2, 'complete' = 3),
    `service_name` LowCardinality(String),
    `tenant_id` LowCardinality(String),
    `connector_id` LowCardinality(String),
    `connector_name` LowCardinality(String),
    `platform_name` LowCardinality(String),
    `workflow_id` String CODEC(ZSTD(1)),
    `workflow_run_id` String CODEC(ZSTD(1)),
    `identity_status` LowCardinality(String),
    `identity_method` LowCardinality(String),
    `identity_confidence` Float32,
    `vouched` UInt8,
    `unattributed_reason` LowCardinality(String),
    `catalog_revision` LowCardinality(String),
    `user_id` String CODEC(ZSTD(1)),
    `credential_id` String CODEC(ZSTD(1)),
    `credential_hash` String CODEC(ZSTD(1)),
    `credential_type` LowCardinality(String),
    `token_id` String CODEC(ZSTD(1)),
    `token_issuer` LowCardinality(String),
    `token_audience` Array(String) CODEC(ZSTD(1)),
    `token_scopes` Array(String) CODEC(ZSTD(1)),
    `token_client_id` LowCardinality(String),
    `token_expires_in` UInt32,
    `actor_chain` Array(String) CODEC(ZSTD(1)),
    `actor_type` LowCardinality(String),
    `client_country` LowCardinality(String),
    `client_as` UInt32,
    `api_id` LowCardinality(String),
    `operation_id` LowCardinality(String),
    `method` LowCardinality(String),
    `route` LowCardinality(String),
    `status_code` UInt16,
    `status_class` LowCardinality(String),
    `is_error` UInt8,
    `bytes_in` UInt64 CODEC(T64, ZSTD(1)),
    `bytes_out` UInt64 CODEC(T64, ZSTD(1)),
    `rows` UInt64 CODEC(T64, ZSTD(1)),
    `cost` Float64,
    `cost_currency` LowCardinality(String),
    `data_classification` LowCardinality(String),
    `retention_class` LowCardinality(String),
    `environment` LowCardinality(String),
    `dry_run` UInt8,
    `adjusted_count` Float64,
    `computed_at` DateTime64(6, 'UTC'),
    INDEX idx_timestamp timestamp TYPE minmax GRANULARITY 1,
    INDEX idx_trace_id trace_id TYPE bloom_filter(0.001) GRANULARITY 1
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}', computed_at)
PARTITION BY toDate(bucket)
ORDER BY (bucket, trace_key, call_key)
TTL toDate(bucket) + toIntervalDay(3) TO VOLUME 'cold', toDate(bucket) + toIntervalDay(30)
SETTINGS replicated_deduplication_window = 23040, replicated_deduplication_window_seconds = 7200, fsync_after_insert = 1, fsync_part_directory = 1, min_bytes_for_wide_part = 268435456, ttl_only_drop_parts = 1, storage_policy = 'tiers';

CREATE OR REPLACE TABLE weir.actions ON CLUSTER weir AS weir.actions_local
ENGINE = Distributed('weir', 'weir', 'actions_local', trace_key);

CREATE TABLE IF NOT EXISTS weir.reattributions_local ON CLUSTER weir
(
    `bucket` DateTime('UTC') CODEC(DoubleDelta, ZSTD(1)),
    `trace_id` FixedString(16),
    `span_id` FixedString(8),
    `at` DateTime64(6, 'UTC'),
    `revision` LowCardinality(String),
    `tenant_id` LowCardinality(String),
    `connector_id` LowCardinality(String),
    `connector_name` LowCardinality(String),
    `platform_name` LowCardinality(String),
    `environment` LowCardinality(String),
    `identity_status` LowCardinality(String),
    `identity_method` LowCardinality(String),
    `identity_confidence` Float32,
    `unattributed_reason` LowCardinality(String),
    `segment_id` UUID
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}', at)
PARTITION BY toDate(bucket)
ORDER BY (bucket, trace_id, span_id)
TTL toDate(bucket) + toIntervalDay(3) TO VOLUME 'cold', toDate(bucket) + toIntervalDay(30)
SETTINGS replicated_deduplication_window = 23040, replicated_deduplication_window_seconds = 7200, fsync_after_insert = 1, fsync_part_directory = 1, ttl_only_drop_parts = 1, storage_policy = 'tiers';

CREATE OR REPLACE TABLE weir.reattributions ON CLUSTER weir AS weir.reattributions_local
ENGINE = Distributed('weir', 'weir', 'reattributions_local', cityHash64(trace_id));

CREATE TABLE IF NOT EXISTS weir.connector_5m_local ON CLUSTER weir
(
    `bucket` DateTime('UTC') CODEC(DoubleDelta, ZSTD(1)),
    `tenant_id` LowCardinality(String),
    `connector_id` LowCardinality(String),
    `platform_name` LowCardinality(String),
    `environment` LowCardinality(String),
    `method` LowCardinality(String),
    `route` LowCardinality(String),
    `status_class` LowCardinality(String),
    `actions` UInt64 CODEC(T64, ZSTD(1)),
    `adjusted_count` Float64 CODEC(ZSTD(1)),
    `errors` Float64 CODEC(ZSTD(1)),
    `bytes_in` Float64 CODEC(ZSTD(1)),
    `bytes_out` Float64 CODEC(ZSTD(1)),
    `cost` Float64 CODEC(ZSTD(1)),
    `duration_ns_sum` Float64 CODEC(ZSTD(1)),
    `latency_histogram` Map(Int16, Float64) CODEC(ZSTD(1)),
    `users` AggregateFunction(uniqCombined64(12), String) CODEC(ZSTD(1)),
    `computed_at` DateTime64(6, 'UTC')
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}', computed_at)
ORDER BY (bucket, tenant_id, connector_id, environment, platform_name, method, route, status_class)
TTL toDate(bucket) + toIntervalDay(400)
SETTINGS replicated_deduplication_window = 23040, replicated_deduplication_window_seconds = 7200, fsync_after_insert = 1, fsync_part_directory = 1, min_bytes_for_wide_part = 268435456;

CREATE OR REPLACE TABLE weir.connector_5m ON CLUSTER weir AS weir.connector_5m_local
ENGINE = Distributed('weir', 'weir', 'connector_5m_local', cityHash64(tenant_id, connector_id));

CREATE TABLE IF NOT EXISTS weir.connector_hours_local ON CLUSTER weir
(
    `hour` DateTime('UTC') CODEC(DoubleDelta, ZSTD(1)),
    `tenant_id` LowCardinality(String),
    `connector_id` LowCardinality(String),
    `platform_name` LowCardinality(String),
    `environment` LowCardinality(String),
    `method` LowCardinality(String),
    `route` LowCardinality(String),
    `status_class` LowCardinality(String),
    `actions` UInt64 CODEC(T64, ZSTD(1)),
    `adjusted_count` Float64 CODEC(ZSTD(1)),
    `errors` Float64 CODEC(ZSTD(1)),
    `bytes_in` Float64 CODEC(ZSTD(1)),
    `bytes_out` Float64 CODEC(ZSTD(1)),
    `cost` Float64 CODEC(ZSTD(1)),
    `duration_ns_sum` Float64 CODEC(ZSTD(1)),
    `latency_histogram` Map(Int16, Float64) CODEC(ZSTD(1)),
    `users` AggregateFunction(uniqCombined64(12), String) CODEC(ZSTD(1)),
    `computed_at` DateTime64(6, 'UTC')
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}', computed_at)
ORDER BY (tenant_id, connector_id, hour, environment, platform_name, method, route, status_class)
TTL toDate(hour) + toIntervalDay(400)
SETTINGS replicated_deduplication_window = 23040, replicated_deduplication_window_seconds = 7200, fsync_after_insert = 1, fsync_part_directory = 1, min_bytes_for_wide_part = 268435456;

CREATE OR REPLACE TABLE weir.connector_hours ON CLUSTER weir AS weir.connector_hours_local
ENGINE = Distributed('weir', 'weir', 'connector_hours_local', cityHash64(tenant_id, connector_id));

CREATE TABLE IF NOT EXISTS weir.coverage_5m_local ON CLUSTER weir
(
    `bucket` DateTime('UTC') CODEC(DoubleDelta, ZSTD(1)),
    `tenant_id` LowCardinality(String),
    `service_name` LowCardinality(String),
    `identity_status` LowCardinality(String),
    `unattributed_reason` LowCardinality(String),
    `trace_context` Enum8('none' = 0, 'root' = 1, 'broken' = 2, 'complete' = 3),
    `actions` UInt64 CODEC(T64, ZSTD(1)),
    `adjusted_count` Float64 CODEC(ZSTD(1)),
    `computed_at` DateTime64(6, 'UTC')
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}', computed_at)
ORDER BY (bucket, tenant_id, service_name, identity_status, unattributed_reason, trace_context)
TTL toDate(bucket) + toIntervalDay(400)
SETTINGS replicated_deduplication_window = 23040, replicated_deduplication_window_seconds = 7200, fsync_after_insert = 1, fsync_part_directory = 1, min_bytes_for_wide_part = 268435456;

CREATE OR REPLACE TABLE weir.coverage_5m ON CLUSTER weir AS weir.coverage_5m_local
ENGINE = Distributed('weir', 'weir', 'coverage_5m_local', cityHash64(tenant_id, service_name));

CREATE TABLE IF NOT EXISTS weir.trace_connectors_local ON CLUSTER weir
(
    `trace_id` FixedString(16),
    `bucket` DateTime('UTC'),
    `verified` UInt8,
    `tenant_id` LowCardinality(String),
    `connector_id` LowCardinality(String),
    `connector_name` LowCardinality(String),
    `user_id` String CODEC(ZSTD(1)),
    `live` UInt8,
    `computed_at` DateTime64(6, 'UTC')
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}', computed_at)
PARTITION BY toDate(bucket)
ORDER BY (trace_id, bucket, verified, tenant_id, connector_id, user_id)
TTL toDate(bucket) + toIntervalDay(3) TO VOLUME 'cold', toDate(bucket) + toIntervalDay(30)
SETTINGS replicated_deduplication_window = 23040, replicated_deduplication_window_seconds = 7200, fsync_after_insert = 1, fsync_part_directory = 1, min_bytes_for_wide_part = 268435456, ttl_only_drop_parts = 1, storage_policy = 'tiers';

CREATE OR REPLACE TABLE weir.trace_connectors ON CLUSTER weir AS weir.trace_connectors_local
ENGINE = Distributed('weir', 'weir', 'trace_connectors_local', cityHash64(trace_id));

CREATE TABLE IF NOT EXISTS weir.findings ON CLUSTER weir
(
    `fingerprint` String,
    `started_at` DateTime64(3, 'UTC'),
    `status` LowCardinality(String),
    `rule` LowCardinality(String),
    `family` LowCardinality(String),
    `severity` LowCardinality(String),
    `category` LowCardinality(String),
    `tenant_id` LowCardinality(String),
    `connector_id` LowCardinality(String),
    `connector_name` LowCardinality(String),
    `entity` String,
    `endpoint` String,
    `measure` LowCardinality(String),
    `observed` Float64,
    `expected` Float64,
    `lower` Float64,
    `upper` Float64,
    `score` Float64,
    `effect` Float64,
    `p_value` Float64,
    `window_start` DateTime64(3, 'UTC'),
    `window_end` DateTime64(3, 'UTC'),
    `updated_at` DateTime64(3, 'UTC'),
    `resolved_at` Nullable(DateTime64(3, 'UTC')),
    `baseline_days` Float64,
    `baseline_buckets` UInt32,
    `summary` String,
    `contributors` String,
    `trace_ids` Array(String),
    `evidence_sql` String,
    `runbook_url` String,
    `dashboard_url` String,
    `rule_revision` String,
    `catalog_revision` String,
    `version` UInt64
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/all', '{shard}-{replica}', version)
ORDER BY (fingerprint, started_at)
TTL toDate(started_at) + toIntervalDay(400)
SETTINGS replicated_deduplication_window = 23040, replicated_deduplication_window_seconds = 7200, fsync_after_insert = 1, fsync_part_directory = 1;

CREATE TABLE IF NOT EXISTS weir.verdicts ON CLUSTER weir
(
    `fingerprint` String,
    `started_at` DateTime64(3, 'UTC'),
    `tenant_id` LowCardinality(String),
    `verdict` LowCardinality(String),
    `note` String,
    `author` String,
    `said_at` DateTime64(3, 'UTC'),
    `until` DateTime64(3, 'UTC')
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/all', '{shard}-{replica}', said_at)
ORDER BY (fingerprint, started_at)
TTL toDate(said_at) + toIntervalDay(400)
SETTINGS replicated_deduplication_window = 23040, replicated_deduplication_window_seconds = 7200, fsync_after_insert = 1, fsync_part_directory = 1;

CREATE TABLE IF NOT EXISTS weir.recompute_queue ON CLUSTER weir
(
    `segment_id` UUID,
    `state` Enum8('waiting' = 1, 'resolved' = 2, 'done' = 3),
    `reports` UInt64,
    `buckets` Array(DateTime('UTC')),
    `touched` Array(DateTime('UTC')),
    `enqueued_at` DateTime64(3, 'UTC') DEFAULT now64(3),
    `version` UInt64
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/all', '{shard}-{replica}', version)
ORDER BY segment_id
TTL toDateTime(enqueued_at) + toIntervalDay(7) WHERE state = 'done'
SETTINGS replicated_deduplication_window = 23040, replicated_deduplication_window_seconds = 7200, fsync_after_insert = 1, fsync_part_directory = 1;

CREATE TABLE IF NOT EXISTS weir.baseline_state ON CLUSTER weir
(
    `rule` LowCardinality(String),
    `tick` DateTime('UTC'),
    `data_version` DateTime64(6, 'UTC'),
    `rule_revision` LowCardinality(String),
    `catalog_revision` LowCardinality(String),
    `open` String CODEC(ZSTD(1)),
    `version` UInt64
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/all', '{shard}-{replica}', version)
ORDER BY (rule, tick)
TTL toDate(tick) + toIntervalDay(400)
SETTINGS replicated_deduplication_window = 23040, replicated_deduplication_window_seconds = 7200, fsync_after_insert = 1, fsync_part_directory = 1;

CREATE TABLE IF NOT EXISTS weir.leases ON CLUSTER weir
(
    `name` LowCardinality(String),
    `epoch` UInt64,
    `holder` String,
    `renewed_at` DateTime64(3, 'UTC')
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/all', '{shard}-{replica}', epoch)
ORDER BY name
SETTINGS replicated_deduplication_window = 23040, replicated_deduplication_window_seconds = 7200, fsync_after_insert = 1, fsync_part_directory = 1;

CREATE TABLE IF NOT EXISTS weir.baseline_models ON CLUSTER weir
(
    `day` Date,
    `entity` LowCardinality(String),
    `revision` LowCardinality(String),
    `fleets` String CODEC(ZSTD(3)),
    `profiles` UInt64,
    `seconds` Float64,
    `version` UInt64,
    `built_at` DateTime('UTC') DEFAULT now()
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/all', '{shard}-{replica}', version)
ORDER BY (entity, day, revision)
TTL built_at + toIntervalDay(10)
SETTINGS replicated_deduplication_window = 23040, replicated_deduplication_window_seconds = 7200, fsync_after_insert = 1, fsync_part_directory = 1;

CREATE TABLE IF NOT EXISTS weir.baseline_profiles ON CLUSTER weir
(
    `day` Date,
    `version` UInt64,
    `tenant_id` LowCardinality(String),
    `connector_id` String,
    `user_id` String CODEC(ZSTD(1)),
    `endpoint` String CODEC(ZSTD(1)),
    `profile` String CODEC(ZSTD(1)),
    `built_at` DateTime('UTC') DEFAULT now()
)
ENGINE = ReplicatedMergeTree('/clickhouse/tables/{uuid}/all', '{shard}-{replica}')
PARTITION BY day
ORDER BY (version, tenant_id, connector_id, user_id, endpoint)
TTL built_at + toIntervalDay(10)
SETTINGS replicated_deduplication_window = 23040, replicated_deduplication_window_seconds = 7200, fsync_after_insert = 1, fsync_part_directory = 1, ttl_only_drop_parts = 1;

CREATE TABLE IF NOT EXISTS weir.redaction_hits_local ON CLUSTER weir
(
    `hour` DateTime('UTC') CODEC(DoubleDelta, ZSTD(1)),
    `tenant_id` LowCardinality(String),
    `connector_id` LowCardinality(String),
    `detector` LowCardinality(String),
    `signal` Enum8('span' = 1, 'log' = 2),
    `hits` UInt64 CODEC(T64, ZSTD(1))
)
ENGINE = ReplicatedSummingMergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}')
ORDER BY (tenant_id, connector_id, hour, detector, signal)
TTL toDate(hour) + toIntervalDay(400)
SETTINGS replicated_deduplication_window = 23040, replicated_deduplication_window_seconds = 7200, fsync_after_insert = 1, fsync_part_directory = 1;

CREATE OR REPLACE TABLE weir.redaction_hits ON CLUSTER weir AS weir.redaction_hits_local
ENGINE = Distributed('weir', 'weir', 'redaction_hits_local', cityHash64(tenant_id, connector_id, hour, detector, signal));

CREATE TABLE IF NOT EXISTS weir.token_aliases_local ON CLUSTER weir
(
    `old_token` String,
    `new_token` String,
    `last_seen` DateTime('UTC')
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}', last_seen)
ORDER BY (old_token, new_token)
TTL toDate(last_seen) + toIntervalDay(400)
SETTINGS replicated_deduplication_window = 23040, replicated_deduplication_window_seconds = 7200, fsync_after_insert = 1, fsync_part_directory = 1;

CREATE OR REPLACE TABLE weir.token_aliases ON CLUSTER weir AS weir.token_aliases_local
ENGINE = Distributed('weir', 'weir', 'token_aliases_local', cityHash64(old_token, new_token));

CREATE TABLE IF NOT EXISTS weir.catalog_revisions ON CLUSTER weir
(
    `revision` String,
    `loaded_at` DateTime64(3, 'UTC') DEFAULT now64(3),
    `content` String CODEC(ZSTD(3))
)
ENGINE = ReplicatedMergeTree('/clickhouse/tables/{uuid}/all', '{shard}-{replica}')
ORDER BY (loaded_at, revision)
SETTINGS replicated_deduplication_window = 100, replicated_deduplication_window_seconds = 7200, fsync_after_insert = 1, fsync_part_directory = 1;

CREATE TABLE IF NOT EXISTS weir.catalog_connectors ON CLUSTER weir
(
    `revision` LowCardinality(String),
    `connector_id` String,
    `name` String,
    `version` String,
    `tenant_id` LowCardinality(String),
    `region` LowCardinality(String),
    `platform_name` LowCardinality(String),
    `environment` LowCardinality(String),
    `lifecycle` LowCardinality(String),
    `purpose` String,
    `owner_team` LowCardinality(String),
    `owner_contact` String,
    `approval_status` LowCardinality(String),
    `approved_by` String,
    `approved_on` Date,
    `approval_expires` Date,
    `allowed_scopes` Array(String),
    `allowed_endpoints` Array(String),
    `allowed_patterns` Array(String),
    `quota_requests_per_day` Float64,
    `quota_bytes_out_per_day` Float64,
    `budget_per_day` Float64,
    `budget_currency` LowCardinality(String),
    `published_at` DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{uuid}/all', '{shard}-{replica}', published_at)
ORDER BY (revision, connector_id)
TTL toDate(published_at) + toIntervalDay(3) TO VOLUME 'cold', toDate(published_at) + toIntervalDay(30)
SETTINGS replicated_deduplication_window = 100, replicated_deduplication_window_seconds = 7200, fsync_after_insert = 1, fsync_part_directory = 1, storage_policy = 'tiers';

CREATE TABLE IF NOT EXISTS weir.connector_facts_local ON CLUSTER weir
(
    `tenant_id` LowCardinality(String),
    `connector_id` LowCardinality(String),
    `fact` Enum8('credential' = 1, 'country' = 2, 'network' = 3, 'platform' = 4),
    `value` String,
    `first_seen` SimpleAggregateFunction(min, DateTime('UTC')),
    `last_seen` SimpleAggregateFunction(max, DateTime('UTC'))
)
ENGINE = ReplicatedAggregatingMergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}')
ORDER BY (tenant_id, connector_id, fact, value)
TTL toDate(last_seen) + toIntervalDay(400)
SETTINGS replicated_deduplication_window = 23040, replicated_deduplication_window_seconds = 7200, fsync_after_insert = 1, fsync_part_directory = 1;

CREATE OR REPLACE TABLE weir.connector_facts ON CLUSTER weir AS weir.connector_facts_local
ENGINE = Distributed('weir', 'weir', 'connector_facts_local', cityHash64(tenant_id, connector_id));

CREATE TABLE IF NOT EXISTS weir.call_traits_local ON CLUSTER weir
(
    `hour` DateTime('UTC') CODEC(DoubleDelta, ZSTD(1)),
    `tenant_id` LowCardinality(String),
    `connector_id` LowCardinality(String),
    `traits` UInt64,
    `platform_name` LowCardinality(String),
    `actor_type` LowCardinality(String),
    `client_country` LowCardinality(String),
    `client_as` UInt32,
    `credential_hash` String CODEC(ZSTD(1)),
    `credential_id` String CODEC(ZSTD(1)),
    `token_id` String CODEC(ZSTD(1)),
    `token_expires_in` UInt32,
    `token_scopes` Array(String) CODEC(ZSTD(1)),
    `first` SimpleAggregateFunction(min, DateTime('UTC')),
    `last` SimpleAggregateFunction(max, DateTime('UTC'))
)
ENGINE = ReplicatedAggregatingMergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}')
PRIMARY KEY (hour, tenant_id, connector_id)
ORDER BY (hour, tenant_id, connector_id, traits, platform_name, actor_type, client_country, client_as, credential_hash, credential_id, token_id, token_expires_in, token_scopes)
TTL toDate(hour) + toIntervalDay(3) TO VOLUME 'cold', toDate(hour) + toIntervalDay(30)
SETTINGS replicated_deduplication_window = 23040, replicated_deduplication_window_seconds = 7200, fsync_after_insert = 1, fsync_part_directory = 1, min_bytes_for_wide_part = 268435456, storage_policy = 'tiers';

CREATE OR REPLACE TABLE weir.call_traits ON CLUSTER weir AS weir.call_traits_local
ENGINE = Distributed('weir', 'weir', 'call_traits_local', cityHash64(tenant_id, connector_id));

CREATE TABLE IF NOT EXISTS weir.operation_routes_local ON CLUSTER weir
(
    `tenant_id` LowCardinality(String),
    `operation_id` LowCardinality(String),
    `method` LowCardinality(String),
    `route` LowCardinality(String),
    `last_called` SimpleAggregateFunction(max, DateTime('UTC'))
)
ENGINE = ReplicatedAggregatingMergeTree('/clickhouse/tables/{uuid}/{shard}', '{replica}')
ORDER BY (tenant_id, operation_id, method, route)
TTL toDate(last_called) + toIntervalDay(400)
SETTINGS replicated_deduplication_window = 23040, replicated_deduplication_window_seconds = 7200, fsync_after_insert = 1, fsync_part_directory = 1;

CREATE OR REPLACE TABLE weir.operation_routes ON CLUSTER weir AS weir.operation_routes_local
ENGINE = Distributed('weir', 'weir', 'operation_routes_local', cityHash64(tenant_id, operation_id));

CREATE OR REPLACE VIEW weir.audit_events ON CLUSTER weir
AS SELECT
    timestamp,
    event_id,
    kind,
    tenant_id,
    connector_id,
    actor,
    approver,
    subject,
    object,
    old_value,
    new_value,
    rationale,
    decision,
    policy,
    token_id,
    request_id,
    lower(hex(trace_id)) AS trace_id,
    severity,
    body,
    attributes,
    vouched,
    reporter,
    source,
    received_at,
    count() OVER same AS deliveries,
    max(received_at) OVER same AS last_received_at,
    uniqExact(cityHash64(timestamp, actor, approver, subject, object, old_value, new_value, rationale, decision, policy, body, attributes)) OVER same AS contents
FROM weir.events
WINDOW same AS (PARTITION BY tenant_id, kind, event_id)
ORDER BY
    received_at ASC,
    segment_id ASC,
    digest ASC
LIMIT 1 BY
    tenant_id,
    kind,
    event_id;

CREATE OR REPLACE VIEW weir.event_replays ON CLUSTER weir
AS SELECT
    kind,
    tenant_id,
    connector_id,
    event_id,
    token_id,
    actor,
    subject,
    deliveries,
    contents,
    received_at AS first_received_at,
    last_received_at
FROM weir.audit_events
WHERE deliveries > 1;

CREATE MATERIALIZED VIEW IF NOT EXISTS weir.redaction_hits_of_spans ON CLUSTER weir TO weir.redaction_hits_local
AS SELECT
    toStartOfHour(timestamp) AS hour,
    tenant_id,
    connector_id,
    arrayJoin(JSONExtract(attributes_json['lowcode.redaction.detectors'], 'Array(String)')) AS detector,
    'span' AS signal,
    count() AS hits
FROM weir.spans_local
WHERE mapContains(attributes_json, 'lowcode.redaction.detectors')
GROUP BY
    hour,
    tenant_id,
    connector_id,
    detector,
    signal;

CREATE MATERIALIZED VIEW IF NOT EXISTS weir.redaction_hits_of_logs ON CLUSTER weir TO weir.redaction_hits_local
AS SELECT
    toStartOfHour(timestamp) AS hour,
    tenant_id,
    connector_id,
    arrayJoin(JSONExtract(attributes_json['lowcode.redaction.detectors'], 'Array(String)')) AS detector,
    'log' AS signal,
    count() AS hits
FROM weir.logs_local
WHERE mapContains(attributes_json, 'lowcode.redaction.detectors')
GROUP BY
    hour,
    tenant_id,
    connector_id,
    detector,
    signal;

CREATE MATERIALIZED VIEW IF NOT EXISTS weir.token_aliases_of_spans ON CLUSTER weir TO weir.token_aliases_local
AS SELECT
    splitByChar(' ', alias)[1] AS old_token,
    splitByChar(' ', alias)[2] AS new_token,
    max(toDateTime(timestamp, 'UTC')) AS last_seen
FROM
(
    SELECT
        arrayJoin(JSONExtract(attributes_json['lowcode.redaction.aliases'], 'Array(String)')) AS alias,
        timestamp
    FROM weir.spans_local
    WHERE mapContains(attributes_json, 'lowcode.redaction.aliases')
)
WHERE position(alias, ' ') > 0
GROUP BY
    old_token,
    new_token;

CREATE MATERIALIZED VIEW IF NOT EXISTS weir.token_aliases_of_logs ON CLUSTER weir TO weir.token_aliases_local
AS SELECT
    splitByChar(' ', alias)[1] AS old_token,
    splitByChar(' ', alias)[2] AS new_token,
    max(toDateTime(timestamp, 'UTC')) AS last_seen
FROM
(
    SELECT
        arrayJoin(JSONExtract(attributes_json['lowcode.redaction.aliases'], 'Array(String)')) AS alias,
        timestamp
    FROM weir.logs_local
    WHERE mapContains(attributes_json, 'lowcode.redaction.aliases')
)
WHERE position(alias, ' ') > 0
GROUP BY
    old_token,
    new_token;

CREATE MATERIALIZED VIEW IF NOT EXISTS weir.connector_facts_of_reports ON CLUSTER weir TO weir.connector_facts_local
AS SELECT
    tenant_id,
    connector_id,
    pair.1 AS fact,
    pair.2 AS value,
    min(first) AS first_seen,
    max(last) AS last_seen
FROM
(
    SELECT
        tenant_id,
        connector_id,
        arrayJoin([('credential', credential), ('country', country), ('network', network), ('platform', platform)]) AS pair,
        first,
        last
    FROM
    (
        SELECT
            tenant_id,
            connector_id,
            if((credential_type IN ('api_key', 'basic', 'mtls', 'hmac')), if(credential_hash != '', credential_hash, credential_id), '') AS credential,
            CAST(client_country, 'String') AS country,
            if(client_as = 0, '', concat('AS', toString(client_as))) AS network,
            CAST(platform_name, 'String') AS platform,
            min(toDateTime(timestamp, 'UTC')) AS first,
            max(toDateTime(timestamp, 'UTC')) AS last
        FROM weir.action_reports_local
        WHERE connector_id != ''
        GROUP BY
            tenant_id,
            connector_id,
            credential,
            country,
            network,
            platform
    )
)
WHERE value != ''
GROUP BY
    tenant_id,
    connector_id,
    fact,
    value;

CREATE MATERIALIZED VIEW IF NOT EXISTS weir.call_traits_of_actions ON CLUSTER weir TO weir.call_traits_local
AS SELECT
    toStartOfHour(bucket) AS hour,
    tenant_id,
    connector_id,
    cityHash64(cityHash64(platform_name), cityHash64(actor_type), cityHash64(client_country), client_as, credential_hash, credential_id, token_id, token_expires_in, token_scopes) AS traits,
    platform_name,
    actor_type,
    client_country,
    client_as,
    credential_hash,
    credential_id,
    token_id,
    token_expires_in,
    token_scopes,
    bucket AS first,
    bucket AS last
FROM weir.actions_local
WHERE (live = 1) AND ((credential_hash != '') OR (credential_id != '') OR (token_id != '') OR (token_expires_in > 0) OR notEmpty(token_scopes) OR (actor_type = 'ai_agent'));

CREATE MATERIALIZED VIEW IF NOT EXISTS weir.operation_routes_of_actions ON CLUSTER weir TO weir.operation_routes_local
AS SELECT
    tenant_id,
    operation_id,
    method,
    route,
    max(bucket) AS last_called
FROM weir.actions_local
WHERE (live = 1) AND (operation_id != '')
GROUP BY
    tenant_id,
    operation_id,
    method,
    route;

CREATE OR REPLACE VIEW weir.who_did_what ON CLUSTER weir
AS SELECT
    timestamp,
    tenant_id,
    connector_id,
    connector_name,
    platform_name,
    workflow_id,
    workflow_run_id,
    user_id,
    actor_chain,
    credential_id,
    credential_hash,
    client_country,
    client_as,
    method,
    route,
    trimBoth(concat(method, ' ', route)) AS endpoint,
    api_id,
    operation_id,
    data_classification,
    status_code,
    bytes_in,
    bytes_out,
    rows,
    duration_ns / 1000000. AS duration_ms,
    identity_status,
    identity_method,
    unattributed_reason,
    service_name,
    lower(hex(trace_id)) AS trace_id,
    trace_context,
    source
FROM weir.actions
FINAL
WHERE live = 1;

CREATE OR REPLACE VIEW weir.connector_activity ON CLUSTER weir
AS SELECT
    hour,
    tenant_id,
    connector_id,
    platform_name,
    environment,
    trimBoth(concat(method, ' ', route)) AS endpoint,
    method,
    route,
    status_class,
    actions,
    adjusted_count AS requests,
    errors,
    bytes_in,
    bytes_out,
    cost,
    if(adjusted_count > 0, (duration_ns_sum / adjusted_count) / 1000000., 0) AS mean_duration_ms,
    finalizeAggregation(users) AS users
FROM weir.connector_hours
FINAL
WHERE actions > 0;

CREATE OR REPLACE VIEW weir.open_findings ON CLUSTER weir
AS SELECT *
FROM weir.findings
FINAL
WHERE status IN ('pending', 'firing');

CREATE OR REPLACE VIEW weir.identity_coverage ON CLUSTER weir
AS SELECT
    toStartOfHour(bucket) AS hour,
    tenant_id,
    service_name,
    identity_status,
    unattributed_reason,
    trace_context,
    sum(adjusted_count) AS calls
FROM weir.coverage_5m
FINAL
WHERE actions > 0
GROUP BY
    hour,
    tenant_id,
    service_name,
    identity_status,
    unattributed_reason,
    trace_context;

CREATE OR REPLACE VIEW weir.trace_identity ON CLUSTER weir
AS SELECT
    trace_id,
    first_seen,
    last_seen,
    verified,
    connectors,
    if(connectors = 1, of_tenant, '') AS tenant_id,
    if(connectors = 1, of_connector, '') AS connector_id,
    if(connectors = 1, of_name, '') AS connector_name,
    if(users = 1, of_user, '') AS user_id
FROM
(
    SELECT
        trace_id,
        verified,
        min(bucket) AS first_seen,
        max(bucket) AS last_seen,
        uniqExact(tenant_id, connector_id) AS connectors,
        max(tenant_id) AS of_tenant,
        max(connector_id) AS of_connector,
        max(connector_name) AS of_name,
        uniqExactIf(user_id, user_id != '') AS users,
        max(user_id) AS of_user
    FROM weir.trace_connectors
    FINAL
    WHERE live = 1
    GROUP BY
        trace_id,
        verified
    ORDER BY
        trace_id ASC,
        verified DESC
    LIMIT 1 BY trace_id
);

CREATE OR REPLACE VIEW weir.span_identity ON CLUSTER weir
AS SELECT
    s.timestamp AS timestamp,
    s.duration_ns AS duration_ns,
    s.trace_id AS trace_id,
    s.span_id AS span_id,
    s.parent_span_id AS parent_span_id,
    s.name AS name,
    s.kind AS kind,
    s.status_code AS status_code,
    s.service_name AS service_name,
    (s.connector_id = '') AND (t.connector_id != '') AND (s.tenant_id IN ('', t.tenant_id)) AS lent,
    if(lent, t.tenant_id, s.tenant_id) AS tenant_id,
    if(lent, t.connector_id, s.connector_id) AS connector_id,
    if(lent, 'inherited', s.identity_status) AS identity_status
FROM weir.spans AS s
GLOBAL ANY LEFT JOIN weir.trace_identity AS t ON s.trace_id = t.trace_id;

CREATE OR REPLACE VIEW otel_compat.otel_traces ON CLUSTER weir
AS SELECT
    s.timestamp AS Timestamp,
    lower(hex(s.trace_id)) AS TraceId,
    lower(hex(s.span_id)) AS SpanId,
    if(s.parent_span_id = toFixedString('', 8), '', lower(hex(s.parent_span_id))) AS ParentSpanId,
    s.trace_state AS TraceState,
    s.name AS SpanName,
    toLowCardinality(initcap(toString(s.kind))) AS SpanKind,
    s.service_name AS ServiceName,
    CAST(mapConcat(r.attributes_string, mapApply((k, v) -> (k, toString(v)), r.attributes_int), mapApply((k, v) -> (k, toString(v)), r.attributes_double), mapApply((k, v) -> (k, toString(v)), r.attributes_bool), mapApply((k, v) -> (k, multiIf(v = 'null', '', startsWith(v, '"'), JSONExtractString(v), v)), r.attributes_json)), 'Map(LowCardinality(String), String)') AS ResourceAttributes,
    CAST(s.scope_name, 'String') AS ScopeName,
    CAST(s.scope_version, 'String') AS ScopeVersion,
    CAST(mapConcat(s.attributes_string, mapApply((k, v) -> (k, toString(v)), s.attributes_int), mapApply((k, v) -> (k, toString(v)), s.attributes_double), mapApply((k, v) -> (k, toString(v)), s.attributes_bool), mapApply((k, v) -> (k, multiIf(v = 'null', '', startsWith(v, '"'), JSONExtractString(v), v)), s.attributes_json)), 'Map(LowCardinality(String), String)') AS SpanAttributes,
    s.duration_ns AS Duration,
    toLowCardinality(initcap(toString(s.status_code))) AS StatusCode,
    s.status_message AS StatusMessage,
    s.event_timestamps AS `Events.Timestamp`,
    s.event_names AS `Events.Name`,
    s.event_attributes AS `Events.Attributes`,
    arrayMap(id -> lower(hex(id)), s.link_trace_ids) AS `Links.TraceId`,
    arrayMap(id -> lower(hex(id)), s.link_span_ids) AS `Links.SpanId`,
    s.link_trace_states AS `Links.TraceState`,
    s.link_attributes AS `Links.Attributes`
FROM weir.spans AS s
GLOBAL ANY LEFT JOIN weir.resources AS r ON s.resource_id = r.resource_id;

CREATE OR REPLACE VIEW otel_compat.otel_traces_trace_id_ts ON CLUSTER weir
AS SELECT
    lower(hex(trace_id)) AS TraceId,
    toDateTime(min(timestamp), 'UTC') AS Start,
    toDateTime(max(timestamp), 'UTC') AS End
FROM weir.spans
GROUP BY TraceId;

CREATE OR REPLACE VIEW otel_compat.otel_logs ON CLUSTER weir
AS SELECT
    l.timestamp AS Timestamp,
    toDateTime(l.timestamp, 'UTC') AS TimestampTime,
    replaceOne(lower(hex(l.trace_id)), '00000000000000000000000000000000', '') AS TraceId,
    if(l.span_id = toFixedString('', 8), '', lower(hex(l.span_id))) AS SpanId,
    toUInt8(bitAnd(l.flags, 255)) AS TraceFlags,
    l.severity_text AS SeverityText,
    l.severity_number AS SeverityNumber,
    l.service_name AS ServiceName,
    multiIf(l.body_json = '', l.body, startsWith(l.body_json, '"'), JSONExtractString(l.body_json), l.body_json) AS Body,
    toLowCardinality(r.schema_url) AS ResourceSchemaUrl,
    CAST(mapConcat(r.attributes_string, mapApply((k, v) -> (k, toString(v)), r.attributes_int), mapApply((k, v) -> (k, toString(v)), r.attributes_double), mapApply((k, v) -> (k, toString(v)), r.attributes_bool), mapApply((k, v) -> (k, multiIf(v = 'null', '', startsWith(v, '"'), JSONExtractString(v), v)), r.attributes_json)), 'Map(LowCardinality(String), String)') AS ResourceAttributes,
    l.scope_schema_url AS ScopeSchemaUrl,
    CAST(l.scope_name, 'String') AS ScopeName,
    l.scope_version AS ScopeVersion,
    l.scope_attributes AS ScopeAttributes,
    CAST(mapConcat(l.attributes_string, mapApply((k, v) -> (k, toString(v)), l.attributes_int), mapApply((k, v) -> (k, toString(v)), l.attributes_double), mapApply((k, v) -> (k, toString(v)), l.attributes_bool), mapApply((k, v) -> (k, multiIf(v = 'null', '', startsWith(v, '"'), JSONExtractString(v), v)), l.attributes_json)), 'Map(LowCardinality(String), String)') AS LogAttributes,
    CAST(l.event_name, 'String') AS EventName
FROM weir.logs AS l
GLOBAL ANY LEFT JOIN weir.resources AS r ON l.resource_id = r.resource_id;

CREATE OR REPLACE VIEW otel_compat.otel_metrics_gauge ON CLUSTER weir
AS SELECT
    CAST(mapConcat(r.attributes_string, mapApply((k, v) -> (k, toString(v)), r.attributes_int), mapApply((k, v) -> (k, toString(v)), r.attributes_double), mapApply((k, v) -> (k, toString(v)), r.attributes_bool), mapApply((k, v) -> (k, multiIf(v = 'null', '', startsWith(v, '"'), JSONExtractString(v), v)), r.attributes_json)), 'Map(LowCardinality(String), String)') AS ResourceAttributes,
    r.schema_url AS ResourceSchemaUrl,
    CAST(m.scope_name, 'String') AS ScopeName,
    CAST(m.scope_version, 'String') AS ScopeVersion,
    m.scope_attributes AS ScopeAttributes,
    m.scope_dropped_attributes_count AS ScopeDroppedAttrCount,
    CAST(m.scope_schema_url, 'String') AS ScopeSchemaUrl,
    m.service_name AS ServiceName,
    m.metric_name AS MetricName,
    CAST(m.metric_description, 'String') AS MetricDescription,
    CAST(m.metric_unit, 'String') AS MetricUnit,
    CAST(mapConcat(m.attributes_string, mapApply((k, v) -> (k, toString(v)), m.attributes_int), mapApply((k, v) -> (k, toString(v)), m.attributes_double), mapApply((k, v) -> (k, toString(v)), m.attributes_bool), mapApply((k, v) -> (k, multiIf(v = 'null', '', startsWith(v, '"'), JSONExtractString(v), v)), m.attributes_json)), 'Map(LowCardinality(String), String)') AS Attributes,
    m.start_timestamp AS StartTimeUnix,
    m.timestamp AS TimeUnix,
    m.value AS Value,
    m.flags AS Flags,
    m.exemplar_attributes AS `Exemplars.FilteredAttributes`,
    m.exemplar_timestamps AS `Exemplars.TimeUnix`,
    m.exemplar_values AS `Exemplars.Value`,
    arrayMap(id -> if(id = toFixedString('', 8), '', lower(hex(id))), m.exemplar_span_ids) AS `Exemplars.SpanId`,
    arrayMap(id -> if(id = toFixedString('', 16), '', lower(hex(id))), m.exemplar_trace_ids) AS `Exemplars.TraceId`
FROM weir.metrics_gauge AS m
GLOBAL ANY LEFT JOIN weir.resources AS r ON m.resource_id = r.resource_id;

CREATE OR REPLACE VIEW otel_compat.otel_metrics_sum ON CLUSTER weir
AS SELECT
    CAST(mapConcat(r.attributes_string, mapApply((k, v) -> (k, toString(v)), r.attributes_int), mapApply((k, v) -> (k, toString(v)), r.attributes_double), mapApply((k, v) -> (k, toString(v)), r.attributes_bool), mapApply((k, v) -> (k, multiIf(v = 'null', '', startsWith(v, '"'), JSONExtractString(v), v)), r.attributes_json)), 'Map(LowCardinality(String), String)') AS ResourceAttributes,
    r.schema_url AS ResourceSchemaUrl,
    CAST(m.scope_name, 'String') AS ScopeName,
    CAST(m.scope_version, 'String') AS ScopeVersion,
    m.scope_attributes AS ScopeAttributes,
    m.scope_dropped_attributes_count AS ScopeDroppedAttrCount,
    CAST(m.scope_schema_url, 'String') AS ScopeSchemaUrl,
    m.service_name AS ServiceName,
    m.metric_name AS MetricName,
    CAST(m.metric_description, 'String') AS MetricDescription,
    CAST(m.metric_unit, 'String') AS MetricUnit,
    CAST(mapConcat(m.attributes_string, mapApply((k, v) -> (k, toString(v)), m.attributes_int), mapApply((k, v) -> (k, toString(v)), m.attributes_double), mapApply((k, v) -> (k, toString(v)), m.attributes_bool), mapApply((k, v) -> (k, multiIf(v = 'null', '', startsWith(v, '"'), JSONExtractString(v), v)), m.attributes_json)), 'Map(LowCardinality(String), String)') AS Attributes,
    m.start_timestamp AS StartTimeUnix,
    m.timestamp AS TimeUnix,
    m.value AS Value,
    m.flags AS Flags,
    m.exemplar_attributes AS `Exemplars.FilteredAttributes`,
    m.exemplar_timestamps AS `Exemplars.TimeUnix`,
    m.exemplar_values AS `Exemplars.Value`,
    arrayMap(id -> if(id = toFixedString('', 8), '', lower(hex(id))), m.exemplar_span_ids) AS `Exemplars.SpanId`,
    arrayMap(id -> if(id = toFixedString('', 16), '', lower(hex(id))), m.exemplar_trace_ids) AS `Exemplars.TraceId`,
    toInt32(m.aggregation_temporality) AS AggregationTemporality,
    m.is_monotonic AS IsMonotonic
FROM weir.metrics_sum AS m
GLOBAL ANY LEFT JOIN weir.resources AS r ON m.resource_id = r.resource_id;

CREATE OR REPLACE VIEW otel_compat.otel_metrics_histogram ON CLUSTER weir
AS SELECT
    CAST(mapConcat(r.attributes_string, mapApply((k, v) -> (k, toString(v)), r.attributes_int), mapApply((k, v) -> (k, toString(v)), r.attributes_double), mapApply((k, v) -> (k, toString(v)), r.attributes_bool), mapApply((k, v) -> (k, multiIf(v = 'null', '', startsWith(v, '"'), JSONExtractString(v), v)), r.attributes_json)), 'Map(LowCardinality(String), String)') AS ResourceAttributes,
    r.schema_url AS ResourceSchemaUrl,
    CAST(m.scope_name, 'String') AS ScopeName,
    CAST(m.scope_version, 'String') AS ScopeVersion,
    m.scope_attributes AS ScopeAttributes,
    m.scope_dropped_attributes_count AS ScopeDroppedAttrCount,
    CAST(m.scope_schema_url, 'String') AS ScopeSchemaUrl,
    m.service_name AS ServiceName,
    m.metric_name AS MetricName,
    CAST(m.metric_description, 'String') AS MetricDescription,
    CAST(m.metric_unit, 'String') AS MetricUnit,
    CAST(mapConcat(m.attributes_string, mapApply((k, v) -> (k, toString(v)), m.attributes_int), mapApply((k, v) -> (k, toString(v)), m.attributes_double), mapApply((k, v) -> (k, toString(v)), m.attributes_bool), mapApply((k, v) -> (k, multiIf(v = 'null', '', startsWith(v, '"'), JSONExtractString(v), v)), m.attributes_json)), 'Map(LowCardinality(String), String)') AS Attributes,
    m.start_timestamp AS StartTimeUnix,
    m.timestamp AS TimeUnix,
    m.count AS Count,
    ifNull(m.sum, 0) AS Sum,
    m.bucket_counts AS BucketCounts,
    m.explicit_bounds AS ExplicitBounds,
    m.exemplar_attributes AS `Exemplars.FilteredAttributes`,
    m.exemplar_timestamps AS `Exemplars.TimeUnix`,
    m.exemplar_values AS `Exemplars.Value`,
    arrayMap(id -> if(id = toFixedString('', 8), '', lower(hex(id))), m.exemplar_span_ids) AS `Exemplars.SpanId`,
    arrayMap(id -> if(id = toFixedString('', 16), '', lower(hex(id))), m.exemplar_trace_ids) AS `Exemplars.TraceId`,
    m.flags AS Flags,
    ifNull(m.min, 0) AS Min,
    ifNull(m.max, 0) AS Max,
    toInt32(m.aggregation_temporality) AS AggregationTemporality
FROM weir.metrics_histogram AS m
GLOBAL ANY LEFT JOIN weir.resources AS r ON m.resource_id = r.resource_id;

CREATE OR REPLACE VIEW otel_compat.otel_metrics_exponential_histogram ON CLUSTER weir
AS SELECT
    CAST(mapConcat(r.attributes_string, mapApply((k, v) -> (k, toString(v)), r.attributes_int), mapApply((k, v) -> (k, toString(v)), r.attributes_double), mapApply((k, v) -> (k, toString(v)), r.attributes_bool), mapApply((k, v) -> (k, multiIf(v = 'null', '', startsWith(v, '"'), JSONExtractString(v), v)), r.attributes_json)), 'Map(LowCardinality(String), String)') AS ResourceAttributes,
    r.schema_url AS ResourceSchemaUrl,
    CAST(m.scope_name, 'String') AS ScopeName,
    CAST(m.scope_version, 'String') AS ScopeVersion,
    m.scope_attributes AS ScopeAttributes,
    m.scope_dropped_attributes_count AS ScopeDroppedAttrCount,
    CAST(m.scope_schema_url, 'String') AS ScopeSchemaUrl,
    m.service_name AS ServiceName,
    m.metric_name AS MetricName,
    CAST(m.metric_description, 'String') AS MetricDescription,
    CAST(m.metric_unit, 'String') AS MetricUnit,
    CAST(mapConcat(m.attributes_string, mapApply((k, v) -> (k, toString(v)), m.attributes_int), mapApply((k, v) -> (k, toString(v)), m.attributes_double), mapApply((k, v) -> (k, toString(v)), m.attributes_bool), mapApply((k, v) -> (k, multiIf(v = 'null', '', startsWith(v, '"'), JSONExtractString(v), v)), m.attributes_json)), 'Map(LowCardinality(String), String)') AS Attributes,
    m.start_timestamp AS StartTimeUnix,
    m.timestamp AS TimeUnix,
    m.count AS Count,
    ifNull(m.sum, 0) AS Sum,
    m.scale AS Scale,
    m.zero_count AS ZeroCount,
    m.positive_offset AS PositiveOffset,
    m.positive_bucket_counts AS PositiveBucketCounts,
    m.negative_offset AS NegativeOffset,
    m.negative_bucket_counts AS NegativeBucketCounts,
    m.exemplar_attributes AS `Exemplars.FilteredAttributes`,
    m.exemplar_timestamps AS `Exemplars.TimeUnix`,
    m.exemplar_values AS `Exemplars.Value`,
    arrayMap(id -> if(id = toFixedString('', 8), '', lower(hex(id))), m.exemplar_span_ids) AS `Exemplars.SpanId`,
    arrayMap(id -> if(id = toFixedString('', 16), '', lower(hex(id))), m.exemplar_trace_ids) AS `Exemplars.TraceId`,
    m.flags AS Flags,
    ifNull(m.min, 0) AS Min,
    ifNull(m.max, 0) AS Max,
    toInt32(m.aggregation_temporality) AS AggregationTemporality
FROM weir.metrics_exponential_histogram AS m
GLOBAL ANY LEFT JOIN weir.resources AS r ON m.resource_id = r.resource_id;

CREATE OR REPLACE VIEW otel_compat.otel_metrics_summary ON CLUSTER weir
AS SELECT
    CAST(mapConcat(r.attributes_string, mapApply((k, v) -> (k, toString(v)), r.attributes_int), mapApply((k, v) -> (k, toString(v)), r.attributes_double), mapApply((k, v) -> (k, toString(v)), r.attributes_bool), mapApply((k, v) -> (k, multiIf(v = 'null', '', startsWith(v, '"'), JSONExtractString(v), v)), r.attributes_json)), 'Map(LowCardinality(String), String)') AS ResourceAttributes,
    r.schema_url AS ResourceSchemaUrl,
    CAST(m.scope_name, 'String') AS ScopeName,
    CAST(m.scope_version, 'String') AS ScopeVersion,
    m.scope_attributes AS ScopeAttributes,
    m.scope_dropped_attributes_count AS ScopeDroppedAttrCount,
    CAST(m.scope_schema_url, 'String') AS ScopeSchemaUrl,
    m.service_name AS ServiceName,
    m.metric_name AS MetricName,
    CAST(m.metric_description, 'String') AS MetricDescription,
    CAST(m.metric_unit, 'String') AS MetricUnit,
    CAST(mapConcat(m.attributes_string, mapApply((k, v) -> (k, toString(v)), m.attributes_int), mapApply((k, v) -> (k, toString(v)), m.attributes_double), mapApply((k, v) -> (k, toString(v)), m.attributes_bool), mapApply((k, v) -> (k, multiIf(v = 'null', '', startsWith(v, '"'), JSONExtractString(v), v)), m.attributes_json)), 'Map(LowCardinality(String), String)') AS Attributes,
    m.start_timestamp AS StartTimeUnix,
    m.timestamp AS TimeUnix,
    m.count AS Count,
    m.sum AS Sum,
    m.quantiles AS `ValueAtQuantiles.Quantile`,
    m.quantile_values AS `ValueAtQuantiles.Value`,
    m.flags AS Flags
FROM weir.metrics_summary AS m
GLOBAL ANY LEFT JOIN weir.resources AS r ON m.resource_id = r.resource_id;

