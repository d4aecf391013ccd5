-- The only reports of their traces.
SELECT
    * EXCEPT (segment_id, ingested_at),
    trace_id != toFixedString('', 16) AS traced,
    toUInt32(1) AS reports,
    source = 'client' AS called,
    toUInt8(0) AS further
FROM {judged}
WHERE bucket IN (SELECT bucket FROM recompute_buckets_{run})
  AND trace_key IN recompute_keys_{run}
  AND trace_key NOT IN (SELECT trace_key FROM recompute_traces_{run})
