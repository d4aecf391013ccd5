-- What the recompute has to look at: one row per delivered segment that holds
-- action reports, inserted after them, so that a row here means the reports
-- are there. The recompute moves it from waiting to resolved (actions are
-- written) to done (rollups are). Read with FINAL.
CREATE TABLE IF NOT EXISTS {database}.recompute_queue
(
    segment_id  UUID,
    state       Enum8('waiting' = 1, 'resolved' = 2, 'done' = 3),
    reports     UInt64,                      -- rows in action_reports
    buckets     Array(DateTime('UTC')),      -- of the segment's reports
    touched     Array(DateTime('UTC')),      -- of the actions that were written; known when resolved
    enqueued_at DateTime64(3, 'UTC') DEFAULT now64(3),
    version     UInt64                       -- the number of the state
)
ENGINE = ReplacingMergeTree(version)
ORDER BY segment_id
TTL toDateTime(enqueued_at) + INTERVAL 7 DAY DELETE WHERE state = 'done'
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1;
