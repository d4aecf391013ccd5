-- How many endpoints and environments are too much for the rollup.
SELECT sum(endpoints - {endpoints}) + sum(environments - {environments})
FROM
(
    SELECT greatest(uniqExact(method, route), {endpoints}) AS endpoints, greatest(uniqExact(environment), {environments}) AS environments
    FROM recompute_rollup_{run}
    WHERE cityHash64(bucket, connector_id) IN
    (
        -- Quickly, those that may have too many.
        SELECT cityHash64(bucket, connector_id) AS place
        FROM recompute_rollup_{run}
        GROUP BY place
        HAVING count() > least({endpoints}, {environments})
    )
    GROUP BY bucket, tenant_id, connector_id
)
