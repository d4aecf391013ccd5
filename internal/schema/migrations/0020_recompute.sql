-- Parts of up to 256 MiB are one file each: an INSERT of 100,000 wide rows syncs
-- two files instead of a hundred.
ALTER TABLE {database}.action_reports MODIFY SETTING min_bytes_for_wide_part = 268435456;
ALTER TABLE {database}.actions MODIFY SETTING min_bytes_for_wide_part = 268435456;
ALTER TABLE {database}.trace_connectors MODIFY SETTING min_bytes_for_wide_part = 268435456;
ALTER TABLE {database}.connector_5m MODIFY SETTING min_bytes_for_wide_part = 268435456;
ALTER TABLE {database}.connector_hours MODIFY SETTING min_bytes_for_wide_part = 268435456;
ALTER TABLE {database}.coverage_5m MODIFY SETTING min_bytes_for_wide_part = 268435456;
