-- Reports that are known by a gateway's request id are found without reading all.
-- Older parts are read as before.
ALTER TABLE {database}.action_reports ADD INDEX IF NOT EXISTS idx_request startsWith(call_key, 'req:') TYPE set(2) GRANULARITY 1;
