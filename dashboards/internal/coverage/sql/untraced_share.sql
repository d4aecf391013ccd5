SELECT sumIf(calls, trace_context != 'complete') / sum(calls) AS "Without trace context"
FROM {coverage}
HAVING sum(calls) > 0
