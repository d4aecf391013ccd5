-- Adds the surroundings of reports that lie at the edge of what is read so far.
INSERT INTO recompute_buckets_{run}
SELECT DISTINCT found + arrayJoin([-900, -600, -300, 0, 300, 600, 900]) AS bucket
FROM
(
    SELECT DISTINCT bucket AS found
    FROM action_reports
    WHERE bucket IN (SELECT bucket FROM recompute_buckets_{run})
      AND trace_key IN (SELECT trace_key FROM recompute_keys_{run})
)
WHERE bucket NOT IN (SELECT bucket FROM recompute_buckets_{run})
