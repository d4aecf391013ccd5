-- All reports of those traces. Hashes stand for what is compared often:
-- grp = the trace, or one of its parts that lie more than 15 minutes apart;
-- call = the call key within it; place = a service within it; spot = a span of
-- that service. traced = there is a trace at all; row numbers the reports.
CREATE TABLE IF NOT EXISTS recompute_reports_{run} ENGINE = Memory
AS SELECT * EXCEPT (segment_id, ingested_at), toUInt8(0) AS traced, toUInt64(0) AS grp, toUInt64(0) AS call, toUInt64(0) AS place,
    toUInt64(0) AS spot, toUInt64(0) AS row
FROM action_reports LIMIT 0
