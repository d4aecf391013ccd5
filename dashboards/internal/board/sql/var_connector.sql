SELECT DISTINCT {connector} AS connector
FROM connector_hours
WHERE $__timeFilter(hour)
ORDER BY connector
LIMIT 10000
