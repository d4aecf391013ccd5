SELECT sumIf(calls, identity_status = 'verified') / sum(calls) AS "Verified"
FROM {coverage}
HAVING sum(calls) > 0
