SELECT
    service_name AS "Service",
    sum(calls) AS "Calls",
    sumIf(calls, identity_status = 'unattributed') / "Calls" AS "Unattributed",
    sumIf(calls, trace_context != 'complete') / "Calls" AS "Without trace context",
    sumIf(calls, trace_context = 'none') / "Calls" AS "No trace",
    sumIf(calls, trace_context = 'root') / "Calls" AS "Not propagated",
    sumIf(calls, trace_context = 'broken') / "Calls" AS "Parent missing"
FROM {coverage}
GROUP BY service_name
HAVING "Calls" > 0
ORDER BY "Unattributed" DESC, "Without trace context" DESC, "Calls" DESC
LIMIT 200
