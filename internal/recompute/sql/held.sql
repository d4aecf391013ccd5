-- This resolver has the lease, still: what a stale holder sends changes nothing.
(
    SELECT count()
    FROM system.tables
    WHERE database = currentDatabase() AND name = 'recompute_lease' AND comment = '{holder}'
) > 0
