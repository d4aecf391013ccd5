SELECT toUnixTimestamp64Micro(greatest(
    now64(6, 'UTC'),
    (SELECT max(computed_at) FROM connector_5m WHERE bucket BETWEEN {from} AND {to}) + INTERVAL 1 MICROSECOND,
    (SELECT max(computed_at) FROM connector_hours WHERE hour BETWEEN toStartOfHour({from}) AND {to}) + INTERVAL 1 MICROSECOND))
