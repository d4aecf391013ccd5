-- How many reports segments ask for because they have been judged again, and the
-- buckets that they name.
SELECT
    assumeNotNull((SELECT count() FROM reattributions WHERE segment_id IN ({segments}))),
    (SELECT groupUniqArrayArray(arrayMap(b -> toUnixTimestamp(b), buckets)) FROM recompute_queue FINAL WHERE segment_id IN ({segments}))
