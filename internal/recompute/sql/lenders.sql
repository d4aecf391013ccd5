LEFT ANY JOIN (SELECT * FROM recompute_lenders_{run}) AS k ON r.call = k.call
