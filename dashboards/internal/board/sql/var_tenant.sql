SELECT DISTINCT tenant_id FROM connector_hours WHERE $__timeFilter(hour) AND tenant_id != '' ORDER BY tenant_id LIMIT 1000
