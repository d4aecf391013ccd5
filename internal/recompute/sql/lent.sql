-- What a report can adopt, see adopted.sql.
tenant_id, connector_id, connector_name, platform_name, workflow_id, workflow_run_id, identity_status, identity_method,
identity_confidence, vouched, catalog_revision, user_id, credential_id, credential_hash, credential_type, token_id, token_issuer,
token_audience, token_scopes, token_client_id, token_expires_in, actor_chain, actor_type, client_country, client_as
