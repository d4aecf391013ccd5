{hour_key} IN recompute_repeated_{run}
