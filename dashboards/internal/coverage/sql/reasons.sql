SELECT toStartOfInterval(at, {step}) AS time, unattributed_reason AS reason, sum(calls) AS calls
FROM {coverage}
WHERE identity_status = 'unattributed'
GROUP BY time, reason
ORDER BY time, reason
