SELECT greatest(0, dateDiff('second', max(bucket), now())) AS "Since the last call"
FROM connector_5m
WHERE bucket > now() - INTERVAL 7 DAY
HAVING count() > 0
