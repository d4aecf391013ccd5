-- This resolver has the lease, still, and its work tables are what it has filled:
-- what a stale holder sends changes nothing, and neither does one whose engine was
-- started again between two statements. The row of the lease is in memory, as the
-- work tables are.
(SELECT count() FROM recompute_lease WHERE holder = '{holder}') > 0
