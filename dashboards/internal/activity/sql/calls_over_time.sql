WITH
    activity AS (SELECT toStartOfInterval(at, {step}) AS time, {connector} AS name, sum(calls) AS value FROM {rollup} GROUP BY time, name),
    top AS (SELECT name FROM activity GROUP BY name ORDER BY sum(value) DESC LIMIT 12)
SELECT time, if(name IN (SELECT name FROM top), name, 'all others') AS connector, sum(value) AS calls
FROM activity
GROUP BY time, connector
ORDER BY time
