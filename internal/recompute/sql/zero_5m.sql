-- Keys that vanished.
INSERT INTO connector_5m (bucket, tenant_id, connector_id, platform_name, environment, method, route, status_class, computed_at)
SELECT bucket, tenant_id, connector_id, platform_name, environment, method, route, status_class,
       fromUnixTimestamp64Micro({version}, 'UTC')
FROM connector_5m FINAL
WHERE bucket BETWEEN {from} AND {to}
  AND bucket IN ({touched})
  AND actions > 0
  AND computed_at < fromUnixTimestamp64Micro({version}, 'UTC')
  AND {held}
