INSERT INTO recompute_repeated_{run}
SELECT bitXor(actor, place) AS key
FROM recompute_live_{run}
WHERE dry_run = 0
GROUP BY key
HAVING count() > 1
