-- Reports that are actions but do not know who made the call, with what another
-- report of it knows.
CREATE TABLE IF NOT EXISTS recompute_adopted_{run} ENGINE = Memory AS SELECT * FROM recompute_reports_{run} LIMIT 0
