INSERT INTO recompute_reports_{run}
SELECT *, rowNumberInAllBlocks()
FROM {marked}
WHERE call IN (SELECT call FROM recompute_best_{run} WHERE hard AND call % {slices} = {slice})
