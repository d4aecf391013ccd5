-- Adds the surroundings of reports that lie at the edge of what is read so far.
INSERT INTO recompute_buckets_{run}
SELECT DISTINCT arrayJoin([-900, -600, -300, 0, 300, 600, 900]) + bucket AS near
FROM recompute_found_{run}
WHERE near NOT IN (SELECT bucket FROM recompute_buckets_{run})
