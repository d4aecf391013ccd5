-- Keys that vanished.
INSERT INTO coverage_5m (bucket, tenant_id, service_name, identity_status, unattributed_reason, trace_context, computed_at)
SELECT bucket, tenant_id, service_name, identity_status, unattributed_reason, trace_context, fromUnixTimestamp64Micro({version}, 'UTC')
FROM coverage_5m FINAL
WHERE bucket BETWEEN {from} AND {to}
  AND bucket IN ({touched})
  AND actions > 0
  AND computed_at < fromUnixTimestamp64Micro({version}, 'UTC')
  AND {held}
