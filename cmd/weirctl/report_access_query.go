package main

import "time"

// accessUsesSQL sums up what each connector did; the row without a connector is
// what nobody is known for. A token changes by the hour: its client counts, as
// one credential.
const accessUsesSQL = `
SELECT
  toString(a.connector_id) AS connector,
  toString(argMax(a.connector_name, a.timestamp)) AS name,
  toString(argMax(a.tenant_id, a.timestamp)) AS tenant,
  toString(argMax(a.platform_name, a.timestamp)) AS platform,
  toUInt64(round(sum(a.adjusted_count))) AS calls,
  max(a.timestamp) AS last_use,
  uniqExactIf(a.user_id, a.user_id != '') AS users,
  uniqExactIf(multiIf(a.token_client_id != '', concat('client ', a.token_client_id),
                      a.credential_id != '', concat('id ', a.credential_id), a.credential_hash) AS credential, credential != '') AS credentials,
  arraySort(groupUniqArrayArray(a.token_scopes)) AS scopes
FROM actions AS a FINAL
WHERE ` + inWindow + `
GROUP BY connector
LIMIT {limit:UInt32}`

// connectorUse is what one connector did.
type connectorUse struct {
	Connector   string    `ch:"connector"`
	Name        string    `ch:"name"`
	Tenant      string    `ch:"tenant"`
	Platform    string    `ch:"platform"`
	Calls       uint64    `ch:"calls"`
	LastUse     time.Time `ch:"last_use"`
	Users       uint64    `ch:"users"`
	Credentials uint64    `ch:"credentials"`
	Scopes      []string  `ch:"scopes"`
}

const accessEndpointsSQL = `
SELECT
  toString(a.connector_id) AS connector,
  toString(a.service_name) AS service,
  toString(max(a.api_id)) AS api,
  toString(a.method) AS method,
  toString(a.route) AS route,
  toUInt64(round(sum(a.adjusted_count))) AS calls,
  max(a.timestamp) AS last_use
FROM actions AS a FINAL
WHERE ` + inWindow + `
  AND a.connector_id != ''
GROUP BY connector, service, method, route
ORDER BY calls DESC, connector, service, method, route
LIMIT {limit:UInt32}`

// endpointUse is what one connector called.
type endpointUse struct {
	Connector string    `ch:"connector"`
	Service   string    `ch:"service"`
	API       string    `ch:"api"` // the catalog's id
	Method    string    `ch:"method"`
	Route     string    `ch:"route"`
	Calls     uint64    `ch:"calls"`
	LastUse   time.Time `ch:"last_use"`
}
