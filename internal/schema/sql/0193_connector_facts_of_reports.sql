-- Fills connector_facts from action_reports. An access token is a credential of
-- an hour: only those that stay are kept.
CREATE MATERIALIZED VIEW IF NOT EXISTS {database}.connector_facts_of_reports TO {database}.connector_facts AS
SELECT
    tenant_id,
    connector_id,
    pair.1 AS fact,
    pair.2 AS value,
    min(first) AS first_seen,
    max(last) AS last_seen
FROM
(
    SELECT
        tenant_id,
        connector_id,
        arrayJoin([('credential', credential), ('country', country), ('network', network), ('platform', platform)]) AS pair,
        first,
        last
    FROM
    (
        SELECT
            tenant_id,
            connector_id,
            if(credential_type IN ('api_key', 'basic', 'mtls', 'hmac'), if(credential_hash != '', credential_hash, credential_id), '') AS credential,
            CAST(client_country, 'String') AS country,
            if(client_as = 0, '', concat('AS', toString(client_as))) AS network,
            CAST(platform_name, 'String') AS platform,
            min(toDateTime(timestamp, 'UTC')) AS first,
            max(toDateTime(timestamp, 'UTC')) AS last
        FROM {database}.action_reports
        WHERE connector_id != ''
        GROUP BY tenant_id, connector_id, credential, country, network, platform
    )
)
WHERE value != ''
GROUP BY tenant_id, connector_id, fact, value;
