SELECT
    severity AS "Severity",
    {connector} AS "Connector",
    tenant_id AS "Tenant",
    rule AS "Rule",
    endpoint AS "Endpoint",
    summary AS "What",
    observed AS "Observed",
    expected AS "Expected",
    if(expected > 0, observed / expected, NULL) AS "Ratio",
    started_at AS "Since",
    status AS "Status",
    dashboard_url AS "Dashboard",
    runbook_url AS "Runbook"
FROM open_findings
WHERE {filters}
ORDER BY transform(severity, ['critical', 'warning', 'info'], [1, 2, 3], 4), started_at DESC
LIMIT 200
