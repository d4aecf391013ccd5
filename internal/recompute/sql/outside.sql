-- The report does not lie inside the platform.
multiIf(
    {callerless}, grp NOT IN (SELECT grp FROM recompute_groups_{run} WHERE callerless AND edges > 0),
    NOT traced OR source <= 'gateway_log', 1,
    source = 'server',
        grp IN (SELECT grp FROM recompute_groups_{run} WHERE {gateless})
        AND spot NOT IN (SELECT hash FROM recompute_inside_{run}),
    place NOT IN (SELECT hash FROM recompute_inside_{run}))
