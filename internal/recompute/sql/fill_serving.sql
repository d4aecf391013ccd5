INSERT INTO recompute_inside_{run}
SELECT DISTINCT place
FROM {marked}
WHERE source != 'client' AND traced AND service_name != '' AND grp IN (SELECT grp FROM recompute_groups_{run} WHERE asks)
