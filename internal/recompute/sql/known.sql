(
    -- Reports of hard calls, with what they have adopted.
    SELECT * FROM recompute_reports_{run} WHERE row NOT IN (SELECT row FROM recompute_adopted_{run})
    UNION ALL
    SELECT * FROM recompute_adopted_{run}
)
