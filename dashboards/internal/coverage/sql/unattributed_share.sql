SELECT sumIf(calls, identity_status = 'unattributed') / sum(calls) AS "Unattributed"
FROM {coverage}
HAVING sum(calls) > 0
