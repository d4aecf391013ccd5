-- The report does not lie inside the platform.
multiIf(
    {callerless}, grp NOT IN (SELECT grp FROM recompute_groups_{run} WHERE edges > 0),
    NOT traced OR source <= 'gateway_log', 1,
    source = 'server',
        grp IN (SELECT grp FROM recompute_groups_{run} WHERE {gateless})
        AND spot NOT IN (SELECT spot FROM recompute_hops_{run}),
    place NOT IN (SELECT place FROM recompute_serving_{run}))
