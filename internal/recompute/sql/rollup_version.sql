-- Later than all that it replaces, also when the clock was set back. replaces =
-- there is such. At last, how many actions count, and how many keys they have.
WITH
    (SELECT max(computed_at) FROM connector_5m WHERE bucket BETWEEN toStartOfHour({from}) AND {to} + 3599) AS five,
    (SELECT max(computed_at) FROM coverage_5m WHERE bucket BETWEEN {from} AND {to}) AS coverage,
    (SELECT max(computed_at) FROM connector_hours WHERE hour BETWEEN toStartOfHour({from}) AND {to}) AS hours,
    greatest(five, coverage, hours) AS newest
SELECT
    toUnixTimestamp64Micro(greatest(now64(6, 'UTC'), newest + INTERVAL 1 MICROSECOND)),
    newest > toDateTime64(0, 6, 'UTC') AS replaces,
    count(),
    uniq(actor, place)
FROM recompute_live_{run}
WHERE dry_run = 0
