-- The report does not lie inside the platform.
multiIf(
    {callerless}, grp NOT IN (SELECT grp FROM recompute_reports_{run} WHERE source = 'edge' AND traced),
    NOT traced OR source <= 'gateway_log', 1,
    source = 'server',
        grp NOT IN (SELECT grp FROM recompute_reports_{run} WHERE source <= 'gateway_log' AND traced)
        AND spot NOT IN (SELECT spot FROM recompute_hops_{run}),
    place NOT IN (SELECT place FROM recompute_reports_{run} WHERE source != 'client' AND traced AND service_name != ''))
