package main

import (
	"time"

	"github.com/weir-otel/weir/cmd/weirctl/internal/cli"
)

// discoverLimit is how many rows are read of each kind: an endpoint of a group
// of calls, a route of a service.
const discoverLimit = 200_000

// The signals that calls are grouped by, the strongest first.
const (
	signalClient     = "token_client_id"
	signalCredential = "credential_id"
	signalHash       = "credential_hash"
	signalWorkflow   = "workflow_id"
	signalPlatform   = "platform"
	signalService    = "service"
)

// discoverCallsSQL groups the calls nobody is known for. A token changes by the
// hour and so does its hash: its client id comes first. A claim by something
// weak counts where the call has something stronger that no connector has.
const discoverCallsSQL = `
SELECT
  multiIf(a.token_client_id != '', 'token_client_id', a.credential_id != '', 'credential_id', a.credential_hash != '', 'credential_hash',
          a.workflow_id != '', 'workflow_id', a.platform_name != '', 'platform', 'service') AS signal,
  multiIf(signal = 'token_client_id', a.token_client_id, signal = 'credential_id', a.credential_id, signal = 'credential_hash', a.credential_hash,
          signal = 'workflow_id', a.workflow_id, signal = 'platform', a.platform_name, a.service_name) AS value,
  a.connector_id AS claimed,
  a.method AS method,
  a.route AS route,
  toUInt64(round(sum(a.adjusted_count))) AS calls,
  toUInt64(round(sumIf(a.adjusted_count, a.vouched = 1))) AS trusted,
  min(a.timestamp) AS first_seen,
  max(a.timestamp) AS last_seen,
  groupUniqArray(toString(a.tenant_id)) AS tenants,
  groupUniqArray(toString(a.platform_name)) AS platforms,
  groupUniqArray(toString(a.service_name)) AS services,
  groupUniqArray(toString(a.environment)) AS environments,
  groupUniqArray(toString(a.unattributed_reason)) AS reasons,
  groupUniqArray(toString(a.token_issuer)) AS issuers,
  groupUniqArrayArray(arrayMap(scope -> toString(scope), a.token_scopes)) AS scopes
FROM actions AS a FINAL
WHERE ` + inWindow + `
  AND (a.connector_id = '' AND a.unattributed_reason NOT IN ('expired', 'invalid_token', 'ambiguous')
    OR a.identity_status = 'claimed' AND a.identity_method IN ('header', 'agent', 'user_agent', 'source_ip', 'route')
       AND (a.token_client_id != '' OR a.credential_id != '' OR a.credential_hash != ''))
GROUP BY signal, value, claimed, method, route
ORDER BY calls DESC, signal, value, claimed, method, route
LIMIT {limit:UInt32}`

// discoveredCalls are the calls of one endpoint that share a signal.
type discoveredCalls struct {
	Signal       string    `ch:"signal"`
	Value        string    `ch:"value"`
	Claimed      string    `ch:"claimed"` // the connector they claim to be
	Method       string    `ch:"method"`
	Route        string    `ch:"route"`
	Calls        uint64    `ch:"calls"`
	Trusted      uint64    `ch:"trusted"`
	FirstSeen    time.Time `ch:"first_seen"`
	LastSeen     time.Time `ch:"last_seen"`
	Tenants      []string  `ch:"tenants"`
	Platforms    []string  `ch:"platforms"`
	Services     []string  `ch:"services"`
	Environments []string  `ch:"environments"`
	Reasons      []string  `ch:"reasons"`
	Issuers      []string  `ch:"issuers"`
	Scopes       []string  `ch:"scopes"`
}

// discoverRoutesSQL lists the routes that the catalog has no operation for.
const discoverRoutesSQL = `
SELECT
  toString(a.service_name) AS service,
  toString(a.api_id) AS api,
  toString(a.method) AS method,
  toString(a.route) AS route,
  toUInt64(round(sum(a.adjusted_count))) AS calls
FROM actions AS a FINAL
WHERE ` + inWindow + `
  AND a.operation_id = '' AND startsWith(a.route, '/')
GROUP BY service, api, method, route
ORDER BY calls DESC, service, api, method, route
LIMIT {limit:UInt32}`

// calledRoute is a route as it was reported.
type calledRoute struct {
	Service string `ch:"service"`
	API     string `ch:"api"` // the catalog's id, if it has the API
	Method  string `ch:"method"`
	Route   string `ch:"route"`
	Calls   uint64 `ch:"calls"`
}

// read says which actions are read.
func (f *discoverFlags) read(now time.Time) (window, error) {
	switch {
	case f.output != "yaml" && f.output != "table" && f.output != "json":
		return window{}, cli.Usagef("--output %q: expected yaml, table or json", f.output)
	case f.minSiblings < 2:
		return window{}, cli.Usagef("--min-siblings %d: expected 2 or more", f.minSiblings)
	}
	return f.window.at(now)
}
