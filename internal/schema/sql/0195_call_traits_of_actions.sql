-- Fills call_traits from actions, of calls that have any of it. Equal rows of an
-- INSERT become one as it is sorted: grouping them before would take more memory
-- than the INSERT itself. Hashes of LowCardinality columns are made of their
-- dictionary, not of each row.
CREATE MATERIALIZED VIEW IF NOT EXISTS {database}.call_traits_of_actions TO {database}.call_traits AS
SELECT
    toStartOfHour(bucket) AS hour,
    tenant_id,
    connector_id,
    cityHash64(cityHash64(platform_name), cityHash64(actor_type), cityHash64(client_country), client_as,
        credential_hash, credential_id, token_id, token_expires_in, token_scopes) AS traits,
    platform_name,
    actor_type,
    client_country,
    client_as,
    credential_hash,
    credential_id,
    token_id,
    token_expires_in,
    token_scopes,
    bucket AS first,
    bucket AS last
FROM {database}.actions
WHERE live = 1
  AND (credential_hash != '' OR credential_id != '' OR token_id != '' OR token_expires_in > 0 OR notEmpty(token_scopes) OR actor_type = 'ai_agent');
