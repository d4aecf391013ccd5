-- Episodes that are not resolved.
CREATE OR REPLACE VIEW {database}.open_findings AS
SELECT *
FROM {database}.findings FINAL
WHERE status IN ('pending', 'firing');
