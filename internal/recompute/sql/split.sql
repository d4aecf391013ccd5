LEFT ANY JOIN recompute_parts_{run} AS parts ON raw.trace_key = parts.trace_key AND raw.bucket = parts.bucket
