(
    -- Reports of traces that have more than one. Hashes stand for what is compared
    -- often: grp = the trace, or one of its parts that lie more than 15 minutes
    -- apart; call = the call key within it; place = a service within it; spot = a
    -- span of that service. traced = there is a trace at all.
    SELECT
        raw.* EXCEPT (segment_id, ingested_at),
        trace_id != toFixedString('', 16) AS traced,
        {grp} AS grp,
        cityHash64(grp, call_key) AS call,
        cityHash64(grp, service_name) AS place,
        cityHash64(place, span_id) AS spot
    FROM {judged} AS raw {split}
    WHERE raw.bucket IN ({buckets})
      AND raw.trace_key IN (SELECT trace_key FROM recompute_traces_{run})
)
