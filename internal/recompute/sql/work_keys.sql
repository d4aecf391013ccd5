-- Traces that the segments of a group touch. Few of them are looked up in an
-- index; many, in a set that is made once and not by each statement.
CREATE TABLE IF NOT EXISTS recompute_keys_{run} (trace_key UInt64) ENGINE = {keys}
