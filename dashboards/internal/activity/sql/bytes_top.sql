SELECT {connector} AS connector, sum(bytes_out) AS "Bytes out"
FROM {rollup}
GROUP BY connector
HAVING "Bytes out" > 0
ORDER BY "Bytes out" DESC
LIMIT 10
