package main

const blastTotalsSQL = `
SELECT
  toString(argMax(a.connector_name, a.timestamp)) AS name,
  toString(argMax(a.tenant_id, a.timestamp)) AS tenant,
  toString(argMax(a.platform_name, a.timestamp)) AS platform,
  toUInt64(round(sum(a.adjusted_count))) AS calls,
  toUInt64(round(sum(a.adjusted_count * a.bytes_in))) AS bytes_in,
  toUInt64(round(sum(a.adjusted_count * a.bytes_out))) AS bytes_out,
  toUInt64(round(sum(a.adjusted_count * a.rows))) AS rows_out,
  min(a.timestamp) AS first_seen,
  max(a.timestamp) AS last_seen
FROM actions AS a FINAL
WHERE ` + ofConnector

// ofConnector selects the live actions of one connector.
const ofConnector = inWindow + `
  AND a.connector_id = {connector:String}`

const blastDatasetsSQL = `
SELECT
  toString(max(a.api_id)) AS api,
  toString(max(a.operation_id)) AS operation,
  toString(a.service_name) AS service,
  toString(a.method) AS method,
  toString(a.route) AS route,
  toString(argMaxIf(a.data_classification, a.timestamp, a.data_classification != '')) AS classification,
  toUInt64(round(sum(a.adjusted_count))) AS calls,
  toUInt64(round(sum(a.adjusted_count * a.bytes_out))) AS bytes_out,
  toUInt64(round(sum(a.adjusted_count * a.rows))) AS rows_out,
  uniqExactIf(a.user_id, a.user_id != '') AS users,
  max(a.timestamp) AS last_seen
FROM actions AS a FINAL
WHERE ` + ofConnector + `
GROUP BY service, method, route
ORDER BY bytes_out DESC, calls DESC, service, route, method
LIMIT {limit:UInt32}`

const blastUsersSQL = `
SELECT
  a.user_id AS user,
  toUInt64(round(sum(a.adjusted_count))) AS calls,
  toUInt64(round(sum(a.adjusted_count * a.bytes_out))) AS bytes_out,
  max(a.timestamp) AS last_seen
FROM actions AS a FINAL
WHERE ` + ofConnector + `
  AND a.user_id != ''
GROUP BY user
ORDER BY calls DESC, user
LIMIT {limit:UInt32}`

// blastCredentialsSQL reads all calls of the window: of others, those with the
// same credentials.
const blastCredentialsSQL = `
WITH [('credential_id', a.credential_id), ('credential_hash', a.credential_hash), ('token_client_id', toString(a.token_client_id))] AS seen
SELECT
  c.1 AS kind,
  c.2 AS value,
  toString(anyIf(a.credential_type, a.credential_type != '' AND kind != 'token_client_id')) AS type,
  toUInt64(round(sumIf(a.adjusted_count, a.connector_id = {connector:String}))) AS calls,
  arraySort(groupUniqArrayIf(100)(toString(a.connector_id), a.connector_id NOT IN ('', {connector:String}))) AS others,
  toUInt64(round(sumIf(a.adjusted_count, a.connector_id = ''))) AS unattributed,
  minIf(a.timestamp, a.connector_id = {connector:String}) AS first_seen,
  maxIf(a.timestamp, a.connector_id = {connector:String}) AS last_seen
FROM actions AS a FINAL
ARRAY JOIN seen AS c
WHERE ` + inWindow + `
  AND c.2 != ''
  AND (c.1, c.2) IN
  (
    SELECT arrayJoin([('credential_id', a.credential_id), ('credential_hash', a.credential_hash), ('token_client_id', toString(a.token_client_id))])
    FROM actions AS a FINAL
    WHERE ` + ofConnector + `
  )
GROUP BY kind, value
ORDER BY calls DESC, kind, value
LIMIT {limit:UInt32}`

// blastTokensSQL counts tokens that have an id; one can be valid at the latest
// its lifetime after it was seen.
const blastTokensSQL = `
SELECT
  toString(a.token_issuer) AS issuer,
  toString(a.token_client_id) AS client,
  arraySort(groupUniqArrayArray(a.token_audience)) AS audiences,
  arraySort(groupUniqArrayArray(a.token_scopes)) AS scopes,
  uniqExactIf(a.token_id, a.token_id != '') AS tokens,
  arrayMap(t -> t.2, arrayReverseSort(groupUniqArrayIf(10)((a.timestamp, a.token_id), a.token_id != ''))) AS newest,
  if(max(a.token_expires_in) = 0, '',
     formatDateTime(maxIf(a.timestamp + toIntervalSecond(a.token_expires_in), a.token_expires_in > 0), '%Y-%m-%dT%H:%i:%SZ', 'UTC')) AS valid_end
FROM actions AS a FINAL
WHERE ` + ofConnector + `
  AND (a.token_issuer != '' OR a.token_client_id != '' OR a.token_id != '')
GROUP BY issuer, client
ORDER BY tokens DESC, issuer, client
LIMIT {limit:UInt32}`

// blastDownstreamSQL reads the spans of the connector's traces. A trace may go
// on for a while after the window.
const blastDownstreamSQL = `
WITH if(s.attributes_string['db.system.name'] != '', s.attributes_string['db.system.name'], s.attributes_string['db.system']) AS database
SELECT
  if(s.kind IN ('server', 'consumer'), toString(s.service_name),
     trimBoth(concat(database, ' ', if(s.attributes_string['db.namespace'] != '', s.attributes_string['db.namespace'], s.attributes_string['server.address'])))) AS name,
  if(s.kind IN ('server', 'consumer'), 'service', 'database') AS kind,
  toBool(kind = 'service' AND name IN (SELECT toString(a.service_name) FROM actions AS a FINAL WHERE ` + ofConnector + `)) AS direct,
  uniqExact(s.trace_id) AS traces,
  max(s.timestamp) AS last_seen
FROM spans AS s
WHERE s.timestamp BETWEEN fromUnixTimestamp64Nano({since:Int64}, 'UTC') AND fromUnixTimestamp64Nano({until:Int64}, 'UTC') + INTERVAL 1 HOUR
  AND s.trace_id IN (SELECT a.trace_id FROM actions AS a FINAL WHERE ` + ofConnector + ` AND a.trace_id != toFixedString('', 16))
  AND (s.kind IN ('server', 'consumer') OR s.kind = 'client' AND database != '')
GROUP BY name, kind
ORDER BY direct DESC, traces DESC, name
LIMIT {limit:UInt32}`
