-- What is no action any more: its reports now say something else.
INSERT INTO actions
SELECT * REPLACE (0 AS live, fromUnixTimestamp64Micro({version}, 'UTC') AS computed_at)
FROM
(
    SELECT *
    FROM actions FINAL
    WHERE bucket IN (SELECT bucket FROM recompute_previous_{run} WHERE live)
      AND trace_key IN recompute_keys_{run}
      AND live = 1
      AND computed_at < fromUnixTimestamp64Micro({version}, 'UTC')
      AND {held}
    SETTINGS do_not_merge_across_partitions_select_final = 1
)
