SELECT
    first AS "First call",
    {connector} AS "Connector",
    tenant_id AS "Tenant",
    trimBoth(concat(method, ' ', route)) AS "Endpoint",
    calls AS "Calls",
    bytes AS "Bytes out"
FROM
(
    SELECT
        tenant_id, connector_id, method, route,
        min(hour) AS first, sum(adjusted_count) AS calls, sum(bytes_out) AS bytes,
        min(first) OVER (PARTITION BY tenant_id, connector_id) AS connector_first
    FROM connector_hours FINAL
    WHERE actions > 0 AND {filters}
    GROUP BY tenant_id, connector_id, method, route
)
WHERE $__timeFilter(first) AND first > connector_first + INTERVAL 1 DAY
ORDER BY first DESC
LIMIT 200
