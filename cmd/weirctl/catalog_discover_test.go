package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/cmd/weirctl/internal/cli"
	"github.com/weir-otel/weir/internal/catalog"
)

var (
	discoverSince = time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	discoverUntil = discoverSince.Add(7 * 24 * time.Hour)
)

// discoveredHash is a credential's hash as the store has it.
const discoveredHash = "v1:0123456789abcdef0123456789abcdef"

// sampleDiscovery proposes for one caller of each kind.
func sampleDiscovery() *discovery {
	var routes []calledRoute
	for i := range 40 {
		routes = append(routes, calledRoute{Service: "crm-api", Method: "GET", Route: fmt.Sprintf("/users/person-%c%c/photo", 'a'+i/26, 'a'+i%26), Calls: 2})
		routes = append(routes, calledRoute{Service: "billing", API: "billing-api", Method: "POST", Route: fmt.Sprintf("/v1/accounts/acme%c%c", 'a'+i/26, 'a'+i%26), Calls: 1})
	}
	call := func(signal, value, endpoint string, calls uint64) discoveredCalls {
		method, route, _ := strings.Cut(endpoint, " ")
		return discoveredCalls{
			Signal: signal, Value: value, Method: method, Route: route, Calls: calls, Trusted: calls / 2, FirstSeen: discoverSince, LastSeen: discoverSince.Add(time.Hour),
			Services: []string{"crm-api"}, Tenants: []string{"acme"}, Platforms: []string{""}, Reasons: []string{"unknown_key"},
		}
	}
	calls := []discoveredCalls{
		call(signalClient, "crm-sync", "GET /contacts/{id}", 100),
		call(signalClient, "crm-sync", "POST /contacts", 20),
		call(signalHash, discoveredHash, "GET /users/person-aa/photo", 50),
		call(signalHash, discoveredHash, "GET /users/person-ab/photo", 30),
		call(signalHash, discoveredHash, "tools/call search", 2),
		call(signalCredential, "key-7\x1b[2J", "GET /contacts", 40),
		call(signalWorkflow, "08585287554177334956", "GET /contacts", 30),
		call(signalPlatform, "make", "GET /contacts", 25),
		call(signalService, "crm-api", "GET /health", 15),
		call(signalService, "rare", "GET /health", 9),
	}
	calls[0].Scopes, calls[0].Issuers = []string{"contacts.read"}, []string{"https://login.example.com"}
	calls[2].Platforms, calls[2].Environments = []string{"zapier"}, []string{"production"}
	calls[5].Claimed, calls[5].Reasons = "nightly-export", nil
	found := &discovery{Since: discoverSince, Until: discoverUntil}
	l := learnEndpoints(routes, 30)
	found.Endpoints = l.endpoints
	found.Connectors, found.Unnamed = proposeConnectors(calls, l, &catalog.Catalog{}, 10)
	return found
}

func TestDiscoverPrintsProposals(t *testing.T) {
	for _, format := range []string{"yaml", "table", "json"} {
		want, err := os.ReadFile(filepath.Join("testdata", "discover", "proposed."+format))
		require.NoError(t, err)
		var out bytes.Buffer
		require.NoError(t, printDiscovery(&out, format, sampleDiscovery()))
		require.Equal(t, string(want), out.String())
	}
}

func TestDiscoverPrintsWhatCatalogCheckAccepts(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, printDiscovery(&out, "yaml", sampleDiscovery()))

	proposed, err := catalog.Parse("proposed.yaml", out.Bytes())

	require.NoError(t, err)
	require.Equal(t, "crm-sync", proposed.Index().Claim("", "azp", "crm-sync").ID)
	require.Equal(t, "zapier-01234567", proposed.Index().CredentialHash(discoveredHash).ID)
	require.Equal(t, "/users/{name}/photo", proposed.Operation("crm-api", "", "GET", "/users/jane/photo").Template)
	allowed, _ := proposed.ConnectorByID("zapier-01234567").Allows("GET", "/users/{name}/photo")
	require.True(t, allowed)
}

func TestDiscoverPrintsACatalogEvenOfNothing(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, printDiscovery(&out, "yaml", &discovery{}))
	_, err := catalog.Parse("proposed.yaml", out.Bytes())
	require.NoError(t, err, out.String())
}

func TestDiscoverProposesNothingThatTheCatalogHas(t *testing.T) {
	known, err := catalog.Parse("catalog.yaml", []byte(`
version: 1
connectors:
  - {id: other, match: {jwt: [{claim: client_id, value: crm-sync}], credential_hashes: ["`+discoveredHash+`"], credential_ids: [key-7], workflow_ids: [w-7]}}
  - {id: nightly}
`))
	require.NoError(t, err)
	row := func(signal, value string) discoveredCalls {
		return discoveredCalls{Signal: signal, Value: value, Method: "GET", Route: "/a", Calls: 100}
	}

	named, unnamed := proposeConnectors([]discoveredCalls{
		row(signalClient, "crm-sync"), row(signalHash, discoveredHash), row(signalCredential, "key-7"), row(signalWorkflow, "w-7"), row(signalWorkflow, "nightly"),
	}, learned{}, known, 1)

	require.Empty(t, unnamed)
	require.Len(t, named, 1)
	require.Equal(t, "nightly-2", named[0].ID, "an id of the catalog is not given again")
}

func TestDiscoverNeverProposesWhatTheCatalogRefuses(t *testing.T) {
	for _, value := range []string{" padded", "", strings.Repeat("x", 2_000), "\xff"} {
		named, unnamed := proposeConnectors([]discoveredCalls{{Signal: signalClient, Value: value, Calls: 100}}, learned{}, &catalog.Catalog{}, 1)
		require.Empty(t, named, "%q", value)
		require.Len(t, unnamed, 1)
	}
}

func TestDiscoverNamesConnectors(t *testing.T) {
	f := func(signal, value, platform, want string) {
		t.Helper()
		c := callers{Signal: signal, Value: value, Platforms: union(nil, []string{platform})}
		require.Equal(t, want, c.proposedID())
	}
	f(signalClient, "CRM_Sync", "", "crm-sync")
	f(signalClient, "1b4e28ba-2fa1-11d2-883f-0016d3cca427", "power_automate", "power-automate-1b4e28ba")
	f(signalCredential, "4711", "", "unknown-4711")
	f(signalWorkflow, "日本語", "make", "make")
	f(signalHash, discoveredHash, "", "unknown-01234567")
}

func TestDiscoverAllowsPartsOfAnAPIWhereEndpointsAreMany(t *testing.T) {
	var endpoints []calledRoute
	for i := range 30 {
		endpoints = append(endpoints, calledRoute{Method: "GET", Route: fmt.Sprintf("/v1/crm/thing%c/{id}", 'a'+i)})
		endpoints = append(endpoints, calledRoute{Method: "PUT", Route: fmt.Sprintf("/v1/crm/thing%c", 'a'+i)})
	}
	endpoints = append(endpoints, calledRoute{Method: "GET", Route: "/health"})

	require.Equal(t, []string{"GET /health", "GET /v1/crm/*", "PUT /v1/crm/*"}, allowedEndpoints(endpoints))
	require.Equal(t, []string{"GET /v1/crm/thinga/{id}"}, allowedEndpoints(endpoints[:1]))
	require.Empty(t, allowedEndpoints([]calledRoute{{Method: "tools/call", Route: "search"}, {Route: "/a"}, {Method: "GET", Route: "/a b"}}))
}

func TestDiscoverLearnsParametersFromManySiblings(t *testing.T) {
	people := func(n int, format string) (routes []calledRoute) {
		for i := range n {
			routes = append(routes, calledRoute{Service: "crm", Method: "GET", Route: fmt.Sprintf(format, fmt.Sprintf("%c%c", 'a'+i/26, 'a'+i%26)), Calls: 3})
		}
		return routes
	}
	f := func(routes []calledRoute, want ...string) {
		t.Helper()
		var got []string
		for _, e := range learnEndpoints(routes, 30).endpoints {
			got = append(got, fmt.Sprintf("%s %s %d", e.Method, e.Route, e.Routes))
		}
		require.Equal(t, want, got)
	}
	f(people(29, "/users/%s"))
	f(people(30, "/users/%s"), "GET /users/{name} 30")
	f(append(people(15, "/users/%s"), people(30, "/users/%s/photo")...), "GET /users/{name} 15", "GET /users/{name}/photo 30")
	f(people(60, "/v1/%s/{id}")) // collections
	search := calledRoute{Service: "crm", Method: "GET", Route: "/users/search", Calls: 5_000}
	f(append(people(30, "/users/%s"), search), "GET /users/{name} 30")
	var two []calledRoute
	for i := range 40 {
		for j := range 3 {
			two = append(two, calledRoute{Service: "crm", Method: "GET", Route: fmt.Sprintf("/users/%c%c/files/%c%c%c", 'a'+i/26, 'a'+i%26, 'a'+i/26, 'a'+i%26, 'a'+j), Calls: 1})
		}
	}
	f(two, "GET /users/{name}/files/{name2} 120")
}

func TestDiscoverLearnsTheSameInAnyOrder(t *testing.T) {
	found := sampleDiscovery()
	for range 20 {
		require.Equal(t, found, sampleDiscovery())
	}
}

func TestDiscoverRefusesWhatItCannotMean(t *testing.T) {
	f := func(flags discoverFlags, hint string) {
		t.Helper()
		_, err := flags.read(discoverUntil)
		require.ErrorIs(t, err, cli.ErrUsage)
		require.ErrorContains(t, err, hint)
	}
	f(discoverFlags{output: "xml", minSiblings: 30}, "yaml, table or json")
	f(discoverFlags{output: "yaml", minSiblings: 1}, "--min-siblings 1: expected 2 or more")
	f(discoverFlags{output: "yaml", minSiblings: 30, window: windowFlags{since: "yesterday"}}, `--since "yesterday"`)
	f(discoverFlags{output: "yaml", minSiblings: 30, window: windowFlags{since: "1h", until: "2h"}}, "is not before")
}

func TestDiscoverReadsTheStore(t *testing.T) {
	now := time.Now().UTC().Truncate(time.Second)
	client := storeWithActions(t, now)
	insertUnattributed(t, client, now)
	ask := func(flags discoverFlags) discovery {
		t.Helper()
		flags.client, flags.output, flags.minSiblings = client, "json", 30
		var out, errOut bytes.Buffer
		require.NoError(t, runDiscover(t.Context(), &flags, now.Add(time.Minute), &out, &errOut))
		require.Empty(t, errOut.String())
		var found discovery
		require.NoError(t, json.Unmarshal(out.Bytes(), &found), out.String())
		return found
	}
	summary := func(list []callers) (all []string) {
		for i := range list {
			c := &list[i]
			all = append(all, fmt.Sprintf("%s %s=%s calls=%d trusted=%d %v", c.ID, c.Signal, c.Value, c.Calls, c.Trusted, c.AllowedEndpoints))
		}
		return all
	}

	found := ask(discoverFlags{window: windowFlags{since: "1d"}, minCalls: 2})

	require.Equal(t, []string{
		"order-flow token_client_id=order-flow calls=30 trusted=10 [POST /orders GET /orders/{id}]",
		"unknown-01234567 credential_hash=" + discoveredHash + " calls=5 trusted=0 [GET /orders]",
		"crm-sync credential_id=key-7 calls=4 trusted=0 [GET /contacts]",
	}, summary(found.Connectors))
	require.True(t, found.Connectors[2].Registered)
	require.Equal(t, []string{"orders.read", "orders.write"}, found.Connectors[0].Scopes)
	require.Equal(t, []string{" platform=make calls=3 trusted=0 [GET /orders]"}, summary(found.Unnamed))
	require.Len(t, found.Endpoints, 1)
	require.Equal(t, "/users/{name}", found.Endpoints[0].Route)
	require.Equal(t, 40, found.Endpoints[0].Routes)

	require.Empty(t, ask(discoverFlags{window: windowFlags{since: "1d", tenant: `globex'\`}, minCalls: 2}).Connectors)
	require.Len(t, ask(discoverFlags{window: windowFlags{since: "1d", tenant: "acme"}, minCalls: 2}).Connectors, 2)
	require.Empty(t, ask(discoverFlags{window: windowFlags{since: "1s"}, minCalls: 2}).Connectors)
}

// insertUnattributed adds calls without a connector, or with a claimed one.
func insertUnattributed(t *testing.T, client *clientFlags, now time.Time) {
	t.Helper()
	conn, err := client.open(t.Context())
	require.NoError(t, err)
	defer conn.Close() //nolint:errcheck // a test's connection
	n := 0
	insert := func(count float64, columns, values string) {
		t.Helper()
		n++
		moment := fmt.Sprintf("fromUnixTimestamp64Nano(%d)", now.Add(-time.Hour).UnixNano())
		require.NoError(t, conn.Exec(t.Context(), fmt.Sprintf(
			`INSERT INTO actions (bucket, timestamp, live, source, identity_status, adjusted_count, call_key, %s)
			SELECT toStartOfFiveMinutes(%s), %s, 1, 'server', 'unattributed', %v, 'discover-%d', %s`, columns, moment, moment, count, n, values)))
	}
	const common = "service_name, tenant_id, method, route, "
	insert(10, common+"token_client_id, token_scopes, vouched", `'orders', 'acme', 'GET', '/orders/{id}', 'order-flow', ['orders.read'], 1`)
	insert(20, common+"token_client_id, token_scopes, credential_hash", `'orders', 'acme', 'POST', '/orders', 'order-flow', ['orders.write'], 'v1:x'`)
	insert(5, common+"credential_hash, unattributed_reason", `'orders', 'acme', 'GET', '/orders', '`+discoveredHash+`', 'unknown_key'`)
	insert(3, common+"platform_name", `'orders', '', 'GET', '/orders', 'make'`)
	insert(9, common+"token_client_id, unattributed_reason", `'orders', '', 'GET', '/orders', 'forged', 'invalid_token'`)
	insert(1, common+"workflow_id", `'orders', '', 'GET', '/orders', 'too-rare'`)
	require.NoError(t, conn.Exec(t.Context(), fmt.Sprintf(
		`INSERT INTO actions (bucket, timestamp, live, source, identity_status, identity_method, adjusted_count, call_key, service_name, method, route, connector_id, credential_id)
		SELECT toStartOfFiveMinutes(t), t, 1, 'server', 'claimed', 'header', 4, 'claimed', 'crm', 'GET', '/contacts', 'crm-sync', 'key-7'
		FROM (SELECT fromUnixTimestamp64Nano(%d) AS t)`, now.Add(-time.Hour).UnixNano())))
	require.NoError(t, conn.Exec(t.Context(), fmt.Sprintf(
		`INSERT INTO actions (bucket, timestamp, live, source, identity_status, adjusted_count, call_key, service_name, method, route, connector_id)
		SELECT toStartOfFiveMinutes(t), t, 1, 'server', 'verified', 1, concat('user', toString(number)), 'users', 'GET', concat('/users/', char(97 + intDiv(number, 26), 97 + number %% 26)), 'crm-sync'
		FROM (SELECT fromUnixTimestamp64Nano(%d) AS t, number FROM numbers(40))`, now.Add(-time.Hour).UnixNano())))
}

func TestDiscoverHelpTeaches(t *testing.T) {
	var out bytes.Buffer
	root := newRoot()
	root.SetArgs([]string{"catalog", "discover", "--help"})
	root.SetOut(&out)
	require.NoError(t, root.Execute())
	for _, word := range []string{"--min-calls", "--min-siblings", "--since", "weirctl catalog check proposed.yaml", "reattribute"} {
		require.Contains(t, out.String(), word)
	}
	require.False(t, slices.ContainsFunc(strings.Split(catalogDiscoverHelp, "\n"), func(line string) bool { return len(line) > 90 }))
}
