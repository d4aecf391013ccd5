-- What the reports are made of: calls of 10 March 2026.
INSERT INTO actions (bucket, timestamp, live, source, adjusted_count, call_key, trace_id, tenant_id, connector_id, connector_name, platform_name,
  user_id, service_name, api_id, operation_id, data_classification, method, route, status_code, bytes_in, bytes_out, rows,
  credential_id, credential_hash, credential_type, token_client_id, token_issuer, token_id, token_scopes, token_audience, token_expires_in, identity_status)
SELECT toStartOfFiveMinutes(at), at, 1, 'server', count, key, toFixedString(unhex(trace), 16), tenant, connector, connector, platform,
  user, service, api, operation, class, method, route, 200, 10, bytes, rows,
  credential, hash, if(hash != '', 'api_key', ''), client, if(client != '', 'https://login.example.com', ''), token,
  if(client != '', ['contacts.read', 'contacts.write', 'export.all'], []), if(client != '', ['https://api.example.com'], []), if(client != '', 3600, 0), 'verified'
FROM values('at DateTime64(9, \'UTC\'), count Float64, key String, trace String, tenant String, connector String, platform String, user String, service String,
  api String, operation String, class String, method String, route String, bytes UInt64, rows UInt64, credential String, hash String, client String, token String',
  ('2026-03-10 08:00:00', 4, 'a', '01000000000000000000000000000000', 'acme', 'crm-sync', 'make', 'jane', 'crm-api', 'crm', 'readContact', 'restricted', 'GET', '/crm/contacts/{id}', 100, 1, '', '', 'crm-sync', 't-1'),
  ('2026-03-10 09:00:00', 1, 'b', '02000000000000000000000000000000', 'acme', 'crm-sync', 'make', 'john', 'crm-api', '', '', '', 'GET', '/crm/contacts/{id}', 200, 2, '', '', 'crm-sync', 't-2'),
  ('2026-03-10 09:30:00', 1, 'c', '', 'acme', 'crm-sync', 'make', 'o\'brien\\n', 'reports', '', '', '', 'GET', '/exports/{id}', 5000, 90, 'key-7', 'v1:00112233445566778899aabbccddeeff', '', ''),
  ('2026-03-10 07:00:00', 1, 'd', '', 'acme', 'nightly-export', '', '', 'reports', '', '', '', 'GET', '/exports/{id}', 70, 0, 'key-7', '', '', ''),
  ('2026-03-10 07:10:00', 1, 'e', '', 'globex', 'shadow', 'n8n', 'eve', 'files-api', 'files', '', '', 'GET', '/files/{name}', 30, 0, '', '', '', ''),
  ('2026-03-10 07:20:00', 2, 'f', '', 'globex', '', '', '', 'files-api', 'files', '', '', 'GET', '/files/{name}', 30, 0, 'key-7', '', '', ''),
  ('2026-01-10 07:00:00', 1, 'g', '', 'acme', 'crm-sync', 'make', 'ancient', 'crm-api', 'crm', 'createContact', '', 'POST', '/crm/contacts', 1, 0, '', '', '', ''));

-- The trace of call a: the gateway calls crm-api, that calls billing, that asks a database.
INSERT INTO spans (timestamp, trace_id, span_id, parent_span_id, name, kind, service_name, tenant_id, connector_id, attributes_string)
SELECT at, toFixedString(unhex(trace), 16), toFixedString(id, 8), toFixedString(parent, 8), service, kind, service, 'acme', 'crm-sync', attributes
FROM values('at DateTime64(9, \'UTC\'), trace String, id String, parent String, kind String, service String, attributes Map(String, String)',
  ('2026-03-10 08:00:00', '01000000000000000000000000000000', 'gateway', '', 'client', 'gateway', map()),
  ('2026-03-10 08:00:00', '01000000000000000000000000000000', 'crm', 'gateway', 'server', 'crm-api', map()),
  ('2026-03-10 08:00:00', '01000000000000000000000000000000', 'crm-out', 'crm', 'client', 'crm-api', map()),
  ('2026-03-10 08:00:00', '01000000000000000000000000000000', 'billing', 'crm-out', 'server', 'billing', map()),
  ('2026-03-10 08:00:00', '01000000000000000000000000000000', 'query', 'billing', 'client', 'billing', map('db.system.name', 'postgresql', 'db.namespace', 'invoices')),
  ('2026-03-10 08:00:00', '01000000000000000000000000000000', 'inner', 'billing', 'server', 'billing', map()),
  ('2026-03-10 08:00:00', '09000000000000000000000000000000', 'orphan', 'nobody', 'server', 'other', map()));
