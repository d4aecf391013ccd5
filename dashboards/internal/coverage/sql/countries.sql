SELECT if(client_country = '', 'unknown', client_country) AS country, sum(calls) AS "Calls"
FROM {calls}
WHERE {filters}
GROUP BY country
ORDER BY "Calls" DESC
LIMIT 10
