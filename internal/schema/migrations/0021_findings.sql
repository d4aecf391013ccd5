-- 0021_findings.sql: findings know whom they are about, and how large the effect was.
ALTER TABLE {database}.findings ADD COLUMN IF NOT EXISTS entity String AFTER connector_name;
ALTER TABLE {database}.findings ADD COLUMN IF NOT EXISTS effect Float64 AFTER score;
