SELECT time, status, value / sum(value) OVER (PARTITION BY time) AS share
FROM (SELECT toStartOfInterval(at, {step}) AS time, identity_status AS status, sum(calls) AS value FROM {coverage} GROUP BY time, status HAVING value > 0)
ORDER BY time, status
