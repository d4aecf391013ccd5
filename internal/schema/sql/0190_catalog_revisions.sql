-- Revisions of the connector catalog, for collectors that read it from here.
-- The newest row is in force; older ones are its history, so nothing is dropped.
-- Filled by weirctl catalog publish, or by any INSERT.
-- shard: none
CREATE TABLE IF NOT EXISTS {database}.catalog_revisions
(
    revision  String,                                    -- of the publisher; collectors stamp a hash of content
    loaded_at DateTime64(3, 'UTC') DEFAULT now64(3),
    content   String CODEC(ZSTD(3))                      -- one YAML document without OpenAPI files
)
ENGINE = MergeTree
ORDER BY (loaded_at, revision)
SETTINGS non_replicated_deduplication_window = 100, fsync_after_insert = 1, fsync_part_directory = 1;
