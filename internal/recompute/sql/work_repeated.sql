-- Keys of a rollup that more than one row adds to: all that need adding up. A
-- hash stands for a key; should two keys have the same, they count as repeated.
CREATE TABLE IF NOT EXISTS recompute_repeated_{run} (key UInt64) ENGINE = {keys}
