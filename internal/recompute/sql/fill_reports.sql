INSERT INTO recompute_reports_{run}
SELECT
    * EXCEPT (segment_id, ingested_at),
    trace_id != toFixedString('', 16) AS traced,
    trace_key AS grp,
    cityHash64(grp, call_key) AS call,
    cityHash64(grp, service_name) AS place,
    cityHash64(place, span_id) AS spot,
    rowNumberInAllBlocks() AS row
FROM {reports}
WHERE bucket IN (SELECT bucket FROM recompute_buckets_{run})
  AND trace_key IN (SELECT trace_key FROM recompute_keys_{run})
  AND trace_key NOT IN (SELECT trace_key FROM recompute_parts_{run})
SETTINGS max_insert_threads = 2, use_index_for_in_with_subqueries_max_values = 10000 -- sorting many keys costs more than it saves
