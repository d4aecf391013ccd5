WITH
    activity AS (SELECT toStartOfInterval(at, {step}) AS time, {connector} AS name, sum(bytes_out) AS value FROM {rollup} GROUP BY time, name),
    top AS (SELECT name FROM activity GROUP BY name ORDER BY sum(value) DESC LIMIT 12)
SELECT time, if(name IN (SELECT name FROM top), name, 'all others') AS connector, sum(value) AS bytes
FROM activity
GROUP BY time, connector
ORDER BY time
