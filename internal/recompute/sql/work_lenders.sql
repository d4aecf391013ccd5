-- What calls that are not hard adopt, from their reports that know who called.
CREATE TABLE IF NOT EXISTS recompute_lenders_{run} ENGINE = Memory
AS SELECT toUInt64(0) AS call, {lent} FROM action_reports LIMIT 0
