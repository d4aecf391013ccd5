SELECT count() AS "Firing"
FROM open_findings
WHERE status = 'firing'
    AND {filters}
