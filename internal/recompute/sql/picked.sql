-- Those of hard calls.
SELECT r.* EXCEPT (grp, call, place, spot, row), p.reports AS reports, p.called AS called, p.further AS further
FROM {known} AS r
INNER JOIN recompute_picked_{run} AS p ON r.row = p.row
