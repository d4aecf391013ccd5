SELECT arraySort(groupUniqArrayArray(arrayMap(b -> toUnixTimestamp(b), touched)))
FROM recompute_queue FINAL
WHERE segment_id IN ({segments})
