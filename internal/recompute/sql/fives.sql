(
    -- All buckets of the hours that have changed.
    SELECT *
    FROM connector_5m FINAL
    WHERE bucket BETWEEN toStartOfHour({from}) AND toStartOfHour({to}) + 3599
      AND toStartOfHour(bucket) IN ({hours})
)
