-- Reports of hard calls, as in marked.sql; row numbers them.
CREATE TABLE IF NOT EXISTS recompute_reports_{run} ENGINE = Memory
AS SELECT * EXCEPT (segment_id, ingested_at), toUInt8(0) AS traced, toUInt64(0) AS grp, toUInt64(0) AS call, toUInt64(0) AS place,
    toUInt64(0) AS spot, toUInt64(0) AS row
FROM action_reports LIMIT 0
