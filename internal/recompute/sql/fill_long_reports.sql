-- Those of long traces, part by part.
INSERT INTO recompute_reports_{run}
SELECT
    reports.* EXCEPT (segment_id, ingested_at),
    reports.trace_id != toFixedString('', 16) AS traced,
    cityHash64(reports.trace_key, part) AS grp,
    cityHash64(grp, reports.call_key) AS call,
    cityHash64(grp, reports.service_name) AS place,
    cityHash64(place, reports.span_id) AS spot,
    0x100000000 + rowNumberInAllBlocks() AS row -- fill_reports counts from 0
FROM {reports} AS reports
INNER JOIN recompute_parts_{run} AS parts ON reports.trace_key = parts.trace_key AND reports.bucket = parts.bucket
WHERE reports.bucket IN (SELECT bucket FROM recompute_buckets_{run})
