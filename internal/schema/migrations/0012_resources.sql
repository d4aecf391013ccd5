-- Resources are kept as long as the rows of the longest retention class.
ALTER TABLE {database}.resources ADD COLUMN IF NOT EXISTS retention_days UInt16;
ALTER TABLE {database}.resources MODIFY TTL toDate(addDays(last_seen, 2)) + toIntervalDay(if(retention_days = 0, {retention_days}, retention_days));
