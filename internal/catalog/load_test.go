package catalog_test

import (
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/catalog"
)

func TestLoadReadsEveryField(t *testing.T) {
	c, err := catalog.Load(filepath.Join("testdata", "catalog.yaml"))
	require.NoError(t, err)
	require.Len(t, c.Revision, 12)
	require.Equal(t, []catalog.Tenant{{ID: "acme", TimeZone: "Europe/Berlin", Region: "eu"}, {ID: "globex"}}, c.Tenants)
	require.Equal(t, []catalog.Platform{{
		ID: "flowbase", Name: "Flowbase",
		UserAgents: []string{"Flowbase/*", "flowbased"}, SourceCIDRs: []string{"198.51.100.0/24"},
	}}, c.Platforms)
	require.Equal(t, catalog.Connector{
		ID: "crm-sync", Name: "CRM sync", Version: "3.1.0", Tenant: "acme", Platform: "make",
		Owner: catalog.Owner{Team: "sales-ops", Contact: "#sales-ops"}, Environment: "production", Lifecycle: "listed",
		Purpose: "keep CRM contacts in step", Tags: []string{"crm", "nightly"}, TimeZone: "America/New_York",
		Match: catalog.Match{
			MTLS:             []string{"CN=crm-sync,O=Acme", "spiffe://acme.example/crm-sync"},
			GatewayConsumers: []string{"make-crm-sync", "lc-make-0042"},
			CredentialIDs:    []string{"9d3f0c1e"},
			CredentialHashes: []string{"v1:00112233445566778899aabbccddeeff"},
			JWT:              []catalog.JWTMatch{{Claim: "azp", Value: "crm-sync"}},
			WorkflowIDs:      []string{"00000000000000000000000000000001"},
			Headers:          []catalog.HeaderMatch{{Name: "X-Connector-Id", Value: "crm-sync"}},
			Agents:           []catalog.AgentMatch{{Attribute: "gen_ai.agent.name", Value: "crm-helper"}},
			UserAgents:       []string{"Make/production", "Make/crm*"},
			SourceCIDRs:      []string{"192.0.2.0/24", "2001:db8::/32"},
			Routes:           []string{"POST /hooks/crm/*"},
		},
		AllowedEndpoints: []string{"GET /contacts/*", "GET|POST /orders"},
		AllowedScopes:    []string{"contacts.read"},
		Quota:            catalog.Quota{RequestsPerDay: 20000, BytesOutPerDay: 1e9},
		Budget:           catalog.Budget{PerDay: 12.5, Currency: "EUR"},
		Approval:         catalog.Approval{Status: "approved", By: "it-security", At: "2026-01-15", Expires: "2026-12-31"},
	}, c.Connectors[0])
	require.Equal(t, []catalog.User{{
		ID: "auth0|5f7c", Name: "Jane Doe", Kind: "contractor", Tenant: "acme", ValidFrom: "2026-01-01", ValidUntil: "2026-06-30",
	}}, c.Users)
	cost, free := 0.01, 0.0
	require.Equal(t, []catalog.API{{
		ID: "crm", Name: "CRM", Version: "2.4", Services: []string{"crm-api"}, Hosts: []string{"API.example.com"}, BasePath: "/crm", OpenAPI: "openapi/crm.yaml",
		RetentionClass: "audit", CostPerCall: 0.002, Currency: "EUR",
		Operations: []catalog.OperationRule{
			{Endpoint: "GET /contacts/{contact}", RetentionClass: "long", CostPerCall: &cost, Scopes: []string{"contacts.read"}},
			{Endpoint: "GET|HEAD /health", OperationID: "health", Classification: "public", CostPerCall: &free},
		},
	}}, c.APIs)
}

func TestLocationIsTheConnectorsElseTheTenantsElseUTC(t *testing.T) {
	c, err := catalog.Load(filepath.Join("testdata", "catalog.yaml"))
	require.NoError(t, err)
	require.Equal(t, "America/New_York", c.Location("crm-sync").String())
	require.Equal(t, "Europe/Berlin", c.Location("invoices").String())
	require.Equal(t, "UTC", c.Location("nightly").String())
	require.Equal(t, "UTC", c.Location("nobody").String())
	require.Equal(t, "UTC", (&catalog.Catalog{}).Location("nobody").String())
}

func TestRevisionDependsOnContentOnly(t *testing.T) {
	revision := func(name, content string) string {
		c, err := catalog.Parse(name, []byte(content))
		require.NoError(t, err)
		return c.Revision
	}
	require.Equal(t, revision("a.yaml", "version: 1"), revision("b.yaml", "version: 1"))
	require.NotEqual(t, revision("a.yaml", "version: 1"), revision("a.yaml", "version: 1\n# more"))
}

func TestLoadNamesAMissingFile(t *testing.T) {
	_, err := catalog.Load(filepath.Join(t.TempDir(), "no.yaml"))
	require.ErrorContains(t, err, "cannot read the catalog")
	require.ErrorIs(t, err, os.ErrNotExist)
}

func TestAnchorsAndMergeKeysAreUnderstood(t *testing.T) {
	c, err := catalog.Parse("c.yaml", []byte(`
version: 1
connectors:
  - &base
    id: a
    platform: make
    owner: &sales {team: sales}
  - {id: b, owner: *sales}
  - {id: c, <<: *base}
`))
	require.NoError(t, err)
	require.Equal(t, "sales", c.Connectors[1].Owner.Team)
	require.Equal(t, "c", c.Connectors[2].ID)
	require.Equal(t, "make", c.Connectors[2].Platform)
}

func TestProblemsNameLineFieldAndHint(t *testing.T) {
	f := func(content, want string) {
		t.Helper()
		_, err := catalog.Parse("catalog.yaml", []byte(content))
		var problems catalog.Problems
		require.ErrorAs(t, err, &problems, content)
		require.Contains(t, strings.Split(err.Error(), "\n"), want)
	}
	connectors := func(lines ...string) string {
		return "version: 1\ntenants: [{id: t}]\nconnectors:\n  " + strings.Join(lines, "\n  ") + "\n"
	}
	f(``, `catalog.yaml:1: empty, expected version, tenants and connectors; start with version: 1`)
	f("version: 1\n---\nversion: 1\n", `catalog.yaml:2: a second document, expected one; remove the line --- and what follows, or join the lists`)
	f("version: 1\n---\na: [", `catalog.yaml:3: not valid YAML: did not find expected node content; check indentation and quotes near this line`)
	f(`tenants: []`, `catalog.yaml:1: version: 0, expected 1; write version: 1 as the first line`)
	f(`version: one`, `catalog.yaml:1: version: "one", expected a whole number`)
	f("version: 1\nconnectors: {a: b}", `catalog.yaml:2: connectors: a mapping, expected a list`)
	f("version: 1\na: [\n", `catalog.yaml:2: not valid YAML: did not find expected node content; check indentation and quotes near this line`)
	f("version: 1\nversion: 1", `catalog.yaml:2: version: repeated, first given on line 1; keep one of the two`)
	f(connectors("- id: a", "  plattform: make"),
		`catalog.yaml:5: connectors[0].plattform: unknown field, expected one of id, name, version, tenant, platform, owner, environment, lifecycle, purpose, tags, time_zone, match, allowed_endpoints, allowed_scopes, quota, budget, approval; did you mean platform?`)
	f(connectors("- name: a"),
		`catalog.yaml:4: connectors[0].id: missing, expected a short name that never changes; e.g. id: crm-sync`)
	f(connectors("- id: a b"),
		`catalog.yaml:4: connectors[0].id: "a b", expected up to 128 letters, digits and . _ : @ / -, beginning with a letter or digit; e.g. id: crm-sync`)
	f(connectors("- id: a", "- id: a"),
		`catalog.yaml:5: connectors[1].id: "a", already the id of connectors[0].id on line 4; give each entry of the list an id of its own`)
	f("version: 1\ntenants: [{id: t}, {id: t}]",
		`catalog.yaml:2: tenants[1].id: "t", already the id of tenants[0].id on line 2; give each entry of the list an id of its own`)
	f(connectors("- {id: a, tenant: u}"),
		`catalog.yaml:4: connectors[0].tenant: "u", expected the id of one of the 1 tenants; add it under tenants`)
	f(connectors("- {id: a, platform: Power Automate}"),
		`catalog.yaml:4: connectors[0].platform: "Power Automate", expected lower_snake_case such as power_automate; use custom for a platform of your own`)
	f(connectors("- {id: a, lifecycle: live}"),
		`catalog.yaml:4: connectors[0].lifecycle: "live", expected one of draft, listed, deprecated, retired`)
	f(connectors("- id: a", "  time_zone: Berlin"),
		`catalog.yaml:5: connectors[0].time_zone: "Berlin", expected an IANA time zone; e.g. Europe/Berlin, America/New_York or UTC`)
	f(connectors("- id: a", "  allowed_endpoints:", "  - GET /a", "  - /contacts"),
		`catalog.yaml:7: connectors[0].allowed_endpoints[1]: "/contacts", expected METHOD /path; write a method and a path, e.g. "GET /contacts/*"`)
	f(connectors("- id: a", "  match:", "    jwt:", "    - {value: x}"),
		`catalog.yaml:7: connectors[0].match.jwt[0].claim: missing, expected the name of a claim; e.g. azp`)
	f(connectors("- id: a", "  match:", "    jwt:", "    - {claim: azp}"),
		`catalog.yaml:7: connectors[0].match.jwt[0].value: "", expected a value without blanks around it; an empty key would match everything`)
	f(connectors("- {id: a, match: {headers: [{name: 'x y', value: z}]}}"),
		`catalog.yaml:4: connectors[0].match.headers[0].value: "x y", expected the name of a request header; e.g. x-connector-id`)
	f(connectors("- {id: a, match: {user_agents: ['M*']}}"),
		`catalog.yaml:4: connectors[0].match.user_agents[0]: "M*", expected at least 3 characters before the *; a shorter prefix would match strangers`)
	f(connectors("- {id: a, match: {source_cidrs: [10.0.0.0/33]}}"),
		`catalog.yaml:4: connectors[0].match.source_cidrs[0]: "10.0.0.0/33", expected an address or a network in CIDR form; e.g. 192.0.2.0/24 or 2001:db8::1`)
	f(connectors("- {id: a, match: {source_cidrs: [0.0.0.0/0]}}"),
		`catalog.yaml:4: connectors[0].match.source_cidrs[0]: "0.0.0.0/0", expected a network smaller than the whole internet`)
}

func TestProblemsOfNewerFieldsNameLineFieldAndHint(t *testing.T) {
	f := func(entry, want string) {
		t.Helper()
		_, err := catalog.Parse("c.yaml", []byte("version: 1\n"+entry))
		require.EqualError(t, err, "c.yaml:2: "+want)
	}
	connector := func(field, want string) {
		t.Helper()
		f("connectors: [{id: a, "+field+"}]", "connectors[0]."+want)
	}
	platform := func(field, want string) {
		t.Helper()
		f("platforms: [{id: a, user_agents: [Own/1], source_cidrs: [192.0.2.1]}, {id: b, "+field+"}]", "platforms[1]."+want)
	}
	user := func(field, want string) {
		t.Helper()
		f("users: [{id: jane, "+field+"}]", "users[0]."+want)
	}
	api := func(field, want string) {
		t.Helper()
		f("apis: [{id: crm, services: [crm], "+field+"}]", "apis[0]."+want)
	}

	f("platforms: [{name: A}]", `platforms[0].id: missing, expected a short name that never changes; e.g. id: crm-sync`)
	f("platforms: [{id: Power Apps}]", `platforms[0].id: "Power Apps", expected lower_snake_case such as power_automate; use custom for a platform of your own`)
	platform("user_agents: [Own/1]", `user_agents[0]: "Own/1", already of platform "a", expected a value of one platform only; remove one of the two`)
	platform("user_agents: ['O*']", `user_agents[0]: "O*", expected at least 3 characters before the *; a shorter prefix would match strangers`)
	platform("source_cidrs: [192.0.2.1/32]", `source_cidrs[0]: "192.0.2.1/32", already of platform "a", expected a value of one platform only; remove one of the two`)
	platform("source_cidrs: [x]", `source_cidrs[0]: "x", expected an address or a network in CIDR form; e.g. 192.0.2.0/24 or 2001:db8::1`)

	connector("tags: [a b]", `tags[0]: "a b", expected a text without blanks; e.g. crm`)
	connector("allowed_scopes: [r, 'r w']", `allowed_scopes[1]: "r w", expected a text without blanks; list each scope by itself, e.g. [contacts.read, contacts.write]`)
	connector("quota: {requests_per_day: many}", `quota.requests_per_day: "many", expected a number`)
	connector("quota: {requests_per_day: -1}", `quota.requests_per_day: -1, expected 0 or more`)
	connector("quota: {bytes_out_per_day: .inf}", `quota.bytes_out_per_day: ".inf", expected a number`)
	connector("quota: {bytes_out_per_day: Inf}", `quota.bytes_out_per_day: +Inf, expected 0 or more`)
	connector("budget: {per_day: -1, currency: EUR}", `budget.per_day: -1, expected 0 or more`)
	connector("budget: {per_day: 5}", `budget.currency: missing, expected the currency of per_day; e.g. currency: EUR`)
	connector("budget: {per_day: 5, currency: euro}", `budget.currency: "euro", expected a code of ISO 4217; e.g. EUR or USD`)
	connector("approval: {status: yes}", `approval.status: "yes", expected one of approved, pending, revoked`)
	connector("approval: {at: 31.3.2026}", `approval.at: "31.3.2026", expected a day as YYYY-MM-DD; e.g. 2026-03-31; as a last day it is included`)
	connector("approval: {expires: 2026-02-30}", `approval.expires: "2026-02-30", expected a day as YYYY-MM-DD; e.g. 2026-03-31; as a last day it is included`)
	connector("owner: {team: a, mail: b}", `owner.mail: unknown field, expected one of team, contact`)
	connector("match: {mtls: [' CN=a']}", `match.mtls[0]: " CN=a", expected a value without blanks around it; an empty key would match everything`)
	connector("match: {credential_hashes: [abc]}", `match.credential_hashes[0]: 3 characters, expected the id of a key, a colon and 32 hexadecimal digits; print it with weirctl catalog hash; never write the key itself`)
	connector("match: {agents: [{attribute: agent, value: x}]}", `match.agents[0].value: "agent", expected attribute to be one of gen_ai.agent.id, gen_ai.agent.name, mcp.client.name`)
	connector("match: {agents: [{attribute: mcp.client.name}]}", `match.agents[0].value: "", expected a value without blanks around it; an empty key would match everything`)
	connector("match: {jwt: [{claim: azp, value: x, issuer: ' y'}]}", `match.jwt[0].issuer: " y", expected a value without blanks around it; an empty key would match everything`)
	for _, header := range []string{"Authorization", "proxy_authorization", "Cookie", "X-Api-Key", "Ocp-Apim-Subscription-Key"} {
		connector("match: {headers: [{name: "+header+", value: x}]}", "match.headers[0].value: "+catalog.CanonicalHeader(header)+
			" holds a credential, expected a header without one; match by credential_hashes; never write a credential into the catalog")
	}
	connector("match: {source_cidrs: ['::ffff:0:0/90']}", `match.source_cidrs[0]: "::ffff:0:0/90", expected an address or a network in CIDR form; e.g. 192.0.2.0/24 or 2001:db8::1`)
	connector("match: {source_cidrs: ['::ffff:0.0.0.0/96']}", `match.source_cidrs[0]: "::ffff:0.0.0.0/96", expected a network smaller than the whole internet`)
	connector("match: {routes: [/hooks]}", `match.routes[0]: "/hooks", expected METHOD /path; write a method and a path, e.g. "GET /contacts/*"`)
	connector("match: {routes: ['* /*']}", `match.routes[0]: "/*", expected a path that one connector alone calls; e.g. "POST /hooks/crm/*"`)
	f("connectors: [{id: a, match: {routes: ['GET /x/{a}']}}, {id: b, match: {routes: ['POST|GET /x/{b}']}}]",
		`connectors[1].match.routes[0]: "/x/{b}", already a key of connector "a" (connectors[0].match.routes[0] on line 2), expected a value of one connector only; remove one of the two, or match by something that tells them apart`)

	f("users: [{name: Jane}]", `users[0].id: "", expected a value without blanks around it; an empty key would match everything`)
	f("users: [{id: jane}, {id: jane}]", `users[1].id: "jane", already the id of users[0].id on line 2; give each entry of the list an id of its own`)
	user("kind: guest", `kind: "guest", expected one of employee, contractor, service`)
	user("tenant: t", `tenant: "t", expected the id of one of the 0 tenants; add it under tenants`)
	user("valid_from: today", `valid_from: "today", expected a day as YYYY-MM-DD; e.g. 2026-03-31; as a last day it is included`)
	user("valid_from: 2026-03-02, valid_until: 2026-03-01", `valid_until: 2026-03-01, expected a day from valid_from (2026-03-02) on; are the two swapped?`)

	f("apis: [{id: crm}]", `apis[0].services: missing, expected the service.name of what serves the API, or hosts; e.g. services: [crm-api]`)
	f("apis: [{id: a, services: [s], base_path: /x}, {id: b, services: [s], base_path: /x/}]",
		`apis[1].base_path: "/x", already the base path of API "a" at s, expected one API for a base path; give one of the two another base_path, service or host`)
	f("apis: [{id: a, hosts: [h.example]}, {id: b, hosts: [H.example]}]",
		`apis[1].base_path: "", already the base path of API "a" at H.example, expected one API for a base path; give one of the two another base_path, service or host`)
	api("hosts: ['a b']", `hosts[0]: "a b", expected a text without blanks; e.g. api.example.com`)
	api("base_path: 'v1/{x}'", `base_path: "v1/{x}", expected a path without parameters; e.g. /crm/v1`)
	api("openapi: crm.yaml", `openapi: cannot read it: this catalog has no folder to read it from; give the path of an OpenAPI 3 file, relative to the catalog`)
	api("classification: Top Secret", `classification: "Top Secret", expected lower_snake_case; e.g. public, internal, restricted`)
	api("retention_class: 7d", `retention_class: "7d", expected lower_snake_case; e.g. public, internal, restricted`)
	api("cost_per_call: 1", `currency: missing, expected the currency of cost_per_call; e.g. currency: EUR`)
	api("operations: [{endpoint: GET /a, cost_per_call: 1}]", `currency: missing, expected the currency of cost_per_call; e.g. currency: EUR`)
	api("operations: [{endpoint: GET /a, cost_per_call: -1}]", `operations[0].cost_per_call: -1, expected 0 or more`)
	api("operations: [{endpoint: GET /a, deprecated: maybe}]", `operations[0].deprecated: "maybe", expected true or false`)
	api("operations: [{endpoint: /a}]", `operations[0].endpoint: "/a", expected METHOD /path; write it without the base path, e.g. "GET|PATCH /contacts/{id}"`)
	api("operations: [{endpoint: '* /a'}]", `operations[0].endpoint: "* /a", expected the methods by name; write it without the base path, e.g. "GET|PATCH /contacts/{id}"`)
	api("operations: [{endpoint: GET /a}, {endpoint: GET /a}]", `operations[1].endpoint: "GET /a", already the endpoint of operations[0]; join the two`)
	api("operations: [{endpoint: GET /a, scopes: ['']}]", `operations[0].scopes[0]: "", expected a text without blanks; list each scope by itself, e.g. [contacts.read, contacts.write]`)
	api("operations: [{endpoint: GET /a, classification: X}]", `operations[0].classification: "X", expected lower_snake_case; e.g. public, internal, restricted`)
}

func TestProblemsOfOpenAPIFilesNameThem(t *testing.T) {
	root := folder(t, map[string]string{
		"catalog.yaml": "version: 1\napis:\n  - id: crm\n    services: [crm]\n    openapi: crm.yaml\n",
		"crm.yaml":     "openapi: 3.0.3\ninfo: {title: CRM, version: '1'}\npaths:\n  contacts:\n    get: {responses: {}}\n",
	})
	_, err := catalog.Load(filepath.Join(root, "catalog.yaml"))
	require.ErrorContains(t, err, filepath.Join(root, "crm.yaml")+":4: ")
	require.ErrorContains(t, err, "; named by apis[0].openapi in "+filepath.Join(root, "catalog.yaml")+":5")
}

func TestOpenAPIFilesAreBelowTheCatalogsFolder(t *testing.T) {
	root := folder(t, map[string]string{
		"d/catalog.yaml": "version: 1\napis: [{id: crm, services: [crm], openapi: ../crm.yaml}]",
		"crm.yaml":       openAPI("/contacts"),
	})
	_, err := catalog.Load(filepath.Join(root, "d", "catalog.yaml"))
	require.ErrorContains(t, err, `"../crm.yaml" leads out of the catalog's folder, expected a path below it`)
}

func TestAmbiguousMatchKeysAreRefusedWithBothPlaces(t *testing.T) {
	f := func(one, other, want string) {
		t.Helper()
		_, err := catalog.Parse("catalog.yaml", []byte("version: 1\nconnectors:\n  - id: a\n    match: {"+one+"}\n  - id: b\n    match: {"+other+"}\n"))
		require.ErrorContains(t, err, want)
		require.ErrorContains(t, err, `already a key of connector "a"`)
		require.ErrorContains(t, err, "on line 4")
	}
	f("gateway_consumers: [x, y]", "gateway_consumers: [z, y]", `catalog.yaml:6: connectors[1].match.gateway_consumers[1]: "y"`)
	f("jwt: [{claim: azp, value: y}]", "jwt: [{claim: client_id, value: y}]", "(connectors[0].match.jwt[0].value on line 4)")
	f("headers: [{name: X-Id, value: y}]", "headers: [{name: x_id, value: y}]", "connectors[1].match.headers[0].value")
	f("user_agents: [y]", "user_agents: [y]", "connectors[1].match.user_agents[0]")
	f("source_cidrs: [10.1.2.3/32]", "source_cidrs: [10.1.2.3]", "(connectors[0].match.source_cidrs[0] on line 4)")
	f("jwt: [{claim: azp, value: y, issuer: i}]", "jwt: [{claim: azp, value: y, issuer: i}]", "(connectors[0].match.jwt[0].value on line 4)")
	f("source_cidrs: [10.1.2.0/24]", "source_cidrs: ['::ffff:10.1.2.0/120']", "connectors[1].match.source_cidrs[0]")
	f("routes: ['GET /a/{b}']", "routes: ['GET /a/*']", "connectors[1].match.routes[0]")
	f("routes: ['GET /a/*']", "routes: ['GET /a/{b+}']", "connectors[1].match.routes[0]")
	f("mtls: [y]", "mtls: [y]", "connectors[1].match.mtls[0]")
	f("credential_hashes: ['v1:00112233445566778899aabbccddeeff']", "credential_hashes: ['v1:00112233445566778899aabbccddeeff']", "connectors[1].match.credential_hashes[0]")
	f("agents: [{attribute: mcp.client.name, value: y}]", "agents: [{attribute: mcp.client.name, value: y}]", "connectors[1].match.agents[0].value")
}

func TestSameKeyTwiceInOneConnectorIsFine(t *testing.T) {
	_, err := catalog.Parse("c.yaml", []byte("version: 1\nconnectors: [{id: a, match: {jwt: [{claim: azp, value: x}, {claim: cid, value: x}]}}]"))
	require.NoError(t, err)
}

func TestRoutesOfOneConnectorMayCoverEachOther(t *testing.T) {
	c, err := catalog.Parse("c.yaml", []byte("version: 1\nconnectors: [{id: a, match: {routes: ['GET /a/{b}', 'GET /a/*', 'GET /a/{c}']}}]"))
	require.NoError(t, err)
	require.NotNil(t, c.Index().Route("GET", "/a/b"))
	require.NotNil(t, c.Index().Route("GET", "/a/b/c"))
}

func TestAClaimMayBelongToOneConnectorPerIssuer(t *testing.T) {
	c, err := catalog.Parse("c.yaml", []byte(`
version: 1
connectors:
  - {id: one, match: {jwt: [{claim: azp, value: x, issuer: i1}]}}
  - {id: two, match: {jwt: [{claim: cid, value: x, issuer: i2}]}}
  - {id: others, match: {jwt: [{claim: azp, value: x}]}}
`))
	require.NoError(t, err)
	for issuer, want := range map[string]string{"i1": "one", "i2": "two", "i3": "others", "": "others"} {
		require.Equal(t, want, c.Index().Claim(issuer, "azp", "x").ID)
	}
	require.True(t, c.Index().HasClaim("azp", "x"))
	require.False(t, c.Index().HasClaim("azp", "y"))
}

func TestAMappedNetworkIsTheOneThatItMaps(t *testing.T) {
	c, err := catalog.Parse("c.yaml", []byte("version: 1\nconnectors: [{id: a, match: {source_cidrs: ['::ffff:192.0.2.0/120']}}]"))
	require.NoError(t, err)
	require.NotNil(t, c.Index().Address(netip.MustParseAddr("192.0.2.9")))
	require.Nil(t, c.Index().Address(netip.MustParseAddr("192.0.3.9")))
}

func TestProblemsAreCapped(t *testing.T) {
	_, err := catalog.Parse("c.yaml", []byte("version: 1\nconnectors:\n"+strings.Repeat("  - {}\n", 1000)))
	var problems catalog.Problems
	require.ErrorAs(t, err, &problems)
	require.Len(t, problems, 50)
}

func TestAStandaloneCatalogSaysTheSameWithoutOtherFiles(t *testing.T) {
	c, err := catalog.Load(filepath.Join("testdata", "catalog.yaml"))
	require.NoError(t, err)
	written, err := c.Standalone()
	require.NoError(t, err)
	again, err := catalog.Parse("written.yaml", written)
	require.NoError(t, err, "%s", written)
	require.Equal(t, c.Tenants, again.Tenants)
	require.Equal(t, c.Platforms, again.Platforms)
	require.Equal(t, c.Connectors, again.Connectors)
	require.Equal(t, c.Users, again.Users)
	for _, call := range []string{"GET /crm/contacts", "GET /crm/contacts/1", "DELETE /crm/contacts/1", "HEAD /crm/health", "GET /crm/other"} {
		method, path, _ := strings.Cut(call, " ")
		want, have := *c.Operation("crm-api", "", method, path), *again.Operation("crm-api", "", method, path)
		want.API, have.API = nil, nil
		require.Equal(t, want, have, call)
	}
}

func FuzzParse(f *testing.F) {
	seed, err := os.ReadFile(filepath.Join("testdata", "catalog.yaml"))
	require.NoError(f, err)
	f.Add(seed)
	f.Add([]byte("version: 1\nconnectors: &a [*a]"))
	f.Add([]byte("version: 1\nconnectors: [{id: a, <<: [b]}]"))
	f.Add([]byte("version: 1\nplatforms: [{id: p, user_agents: ['Own*']}]\nusers: [{id: u, valid_until: 2026-03-01}]"))
	f.Add([]byte("version: 1\napis: [{id: a, hosts: [h], operations: [{endpoint: 'GET /x/{id}', cost_per_call: 0}]}]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := catalog.Parse("fuzz.yaml", data)
		if err != nil {
			var problems catalog.Problems
			require.ErrorAs(t, err, &problems)
			for _, problem := range problems {
				require.Positive(t, problem.Line)
			}
			return
		}
		for _, connector := range c.Connectors {
			require.NotNil(t, c.Location(connector.ID))
			for _, consumer := range connector.Match.GatewayConsumers {
				require.Equal(t, connector.ID, c.Index().Consumer(consumer).ID)
			}
		}
		written, err := c.Standalone()
		require.NoError(t, err)
		again, err := catalog.Parse("written.yaml", written)
		require.NoError(t, err, "%s", written)
		require.Empty(t, catalog.Diff(c, again))
	})
}
