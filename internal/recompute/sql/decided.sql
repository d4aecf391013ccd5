-- The reports that are actions: the only ones of their traces, and the best of
-- calls that are not hard, with what they adopt.
SELECT
    r.* EXCEPT (call) {adopting},
    greatest(b.reports, 1) AS reports,
    if(b.reports = 0, r.source = 'client', b.called) AS called,
    toUInt8(0) AS further
FROM
(
    SELECT
        raw.* EXCEPT (segment_id, ingested_at),
        trace_id != toFixedString('', 16) AS traced,
        cityHash64({grp}, call_key) AS call
    FROM {judged} AS raw {split}
    WHERE raw.bucket IN ({buckets})
      AND raw.trace_key IN recompute_keys_{run}
      AND
      (
          raw.trace_key NOT IN (SELECT trace_key FROM recompute_traces_{run})
          OR (call, toUInt8(source)) IN (SELECT call, source FROM recompute_best_{run} WHERE NOT hard)
      )
) AS r
LEFT ANY JOIN (SELECT call, reports, called FROM recompute_best_{run} WHERE NOT hard) AS b ON r.call = b.call
{lenders}
