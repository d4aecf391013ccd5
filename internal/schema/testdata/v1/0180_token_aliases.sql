-- While two token keys are valid, the same value has an old token and a new one.
-- Old and new side by side let a query that spans the rotation see one user:
-- LEFT JOIN (SELECT * FROM token_aliases FINAL) AS a ON a.old_token = user_id.
-- Filled by the two materialized views behind it. Read with FINAL.
CREATE TABLE IF NOT EXISTS {database}.token_aliases
(
    old_token String,                 -- <EMAIL:k1:…>
    new_token String,                 -- <EMAIL:k2:…>
    last_seen DateTime('UTC')         -- of the records it was seen in
)
ENGINE = ReplacingMergeTree(last_seen)
ORDER BY (old_token, new_token)
TTL toDate(last_seen) + INTERVAL {rollup_retention_days} DAY
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1;
