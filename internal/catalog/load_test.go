package catalog_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/weir-otel/weir/internal/catalog"
)

func TestLoadReadsEveryField(t *testing.T) {
	c, err := catalog.Load(filepath.Join("testdata", "catalog.yaml"))
	require.NoError(t, err)
	require.Len(t, c.Revision, 12)
	require.Equal(t, []catalog.Tenant{{ID: "acme", TimeZone: "Europe/Berlin", Region: "eu"}, {ID: "globex"}}, c.Tenants)
	require.Equal(t, catalog.Connector{
		ID: "crm-sync", Name: "CRM sync", Tenant: "acme", Platform: "make",
		Owner: catalog.Owner{Team: "sales-ops"}, Environment: "production", Lifecycle: "listed",
		Purpose: "keep CRM contacts in step", TimeZone: "America/New_York",
		Match: catalog.Match{
			GatewayConsumers: []string{"make-crm-sync", "lc-make-0042"},
			CredentialIDs:    []string{"9d3f0c1e"},
			JWT:              []catalog.JWTMatch{{Claim: "azp", Value: "crm-sync"}},
			WorkflowIDs:      []string{"00000000000000000000000000000001"},
			Headers:          []catalog.HeaderMatch{{Name: "X-Connector-Id", Value: "crm-sync"}},
			UserAgents:       []string{"Make/production", "Make/crm*"},
			SourceCIDRs:      []string{"192.0.2.0/24", "2001:db8::/32"},
		},
		AllowedEndpoints: []string{"GET /contacts/*", "GET|POST /orders"},
	}, c.Connectors[0])
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
		`catalog.yaml:5: connectors[0].plattform: unknown field, expected one of id, name, tenant, platform, owner, environment, lifecycle, purpose, time_zone, match, allowed_endpoints; did you mean platform?`)
	f(connectors("- name: a"),
		`catalog.yaml:4: connectors[0].id: missing, expected a short name that never changes; e.g. id: crm-sync`)
	f(connectors("- id: a b"),
		`catalog.yaml:4: connectors[0].id: "a b", expected up to 128 letters, digits and . _ : @ / -, beginning with a letter or digit; e.g. id: crm-sync`)
	f(connectors("- id: a", "- id: a"),
		`catalog.yaml:5: connectors[1].id: "a", already the id of connectors[0] on line 4; give each connector an id of its own`)
	f("version: 1\ntenants: [{id: t}, {id: t}]",
		`catalog.yaml:2: tenants[1].id: "t", already the id of tenants[0] on line 2; list each tenant once`)
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
}

func TestSameKeyTwiceInOneConnectorIsFine(t *testing.T) {
	_, err := catalog.Parse("c.yaml", []byte("version: 1\nconnectors: [{id: a, match: {jwt: [{claim: azp, value: x}, {claim: cid, value: x}]}}]"))
	require.NoError(t, err)
}

func TestProblemsAreCapped(t *testing.T) {
	_, err := catalog.Parse("c.yaml", []byte("version: 1\nconnectors:\n"+strings.Repeat("  - {}\n", 1000)))
	var problems catalog.Problems
	require.ErrorAs(t, err, &problems)
	require.Len(t, problems, 50)
}

func TestAFileWrittenFromTheModelLoads(t *testing.T) {
	c, err := catalog.Load(filepath.Join("testdata", "catalog.yaml"))
	require.NoError(t, err)
	written, err := yaml.Marshal(c)
	require.NoError(t, err)
	again, err := catalog.Parse("written.yaml", written)
	require.NoError(t, err, "%s", written)
	require.Equal(t, c.Connectors, again.Connectors)
	require.Equal(t, c.Tenants, again.Tenants)
}

func FuzzParse(f *testing.F) {
	seed, err := os.ReadFile(filepath.Join("testdata", "catalog.yaml"))
	require.NoError(f, err)
	f.Add(seed)
	f.Add([]byte("version: 1\nconnectors: &a [*a]"))
	f.Add([]byte("version: 1\nconnectors: [{id: a, <<: [b]}]"))
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
	})
}
