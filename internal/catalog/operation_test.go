package catalog_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/catalog"
)

func TestOperationIsFoundByServiceElseHost(t *testing.T) {
	c, err := catalog.Load(filepath.Join("testdata", "catalog.yaml"))
	require.NoError(t, err)
	f := func(service, host, method, path, id, template string) {
		t.Helper()
		o := c.Operation(service, host, method, path)
		require.NotNil(t, o)
		require.Equal(t, "crm", o.API.ID)
		require.Equal(t, id, o.ID)
		require.Equal(t, template, o.Template)
	}
	f("crm-api", "", "GET", "/crm/contacts", "listContacts", "/crm/contacts")
	f("crm-api", "", "GET", "/crm/contacts/4711", "getContact", "/crm/contacts/{id}")
	f("crm-api", "", "GET", "/crm/contacts/4711?fields=name", "getContact", "/crm/contacts/{id}")
	f("kong", "api.example.com", "POST", "/crm/contacts", "createContact", "/crm/contacts")
	f("kong", "api.EXAMPLE.com", "HEAD", "/crm/health", "health", "/crm/health")
	f("crm-api", "", "GET", "/crm/contacts/4711/secrets", "", "")
	f("crm-api", "", "PATCH", "/crm/contacts", "", "")
	f("crm-api", "", "GET", "/crm", "", "")

	require.Nil(t, c.Operation("crm-api", "", "GET", "/crmx/contacts"), "another base path")
	require.Nil(t, c.Operation("kong", "other.example.com", "GET", "/crm/contacts"))
	require.Nil(t, c.Operation("", "", "", ""))
	require.Nil(t, (*catalog.Catalog)(nil).Operation("crm-api", "", "GET", "/crm/contacts"))
}

func TestOperationHasWhatItsRuleSaysElseItsFileElseItsAPI(t *testing.T) {
	c, err := catalog.Load(filepath.Join("testdata", "catalog.yaml"))
	require.NoError(t, err)
	api := &c.APIs[0]
	f := func(method, path string, want catalog.Operation) {
		t.Helper()
		want.API, want.Method, want.Currency = api, method, "EUR"
		require.Equal(t, want, *c.Operation("crm-api", "", method, "/crm"+path))
	}
	f("GET", "/contacts", catalog.Operation{
		Template: "/crm/contacts", ID: "listContacts",
		Classification: "internal", RetentionClass: "audit", CostPerCall: 0.002,
	})
	f("GET", "/contacts/1", catalog.Operation{
		Template: "/crm/contacts/{id}", ID: "getContact",
		Classification: "restricted", RetentionClass: "long", CostPerCall: 0.01, Scopes: []string{"contacts.read"},
	})
	f("DELETE", "/contacts/1", catalog.Operation{
		Template: "/crm/contacts/{id}", ID: "deleteContact", Deprecated: true,
		Classification: "internal", RetentionClass: "audit", CostPerCall: 0.002,
	})
	f("GET", "/health", catalog.Operation{
		Template: "/crm/health", ID: "health",
		Classification: "public", RetentionClass: "audit",
	})
	require.Equal(t, catalog.Operation{API: api, RetentionClass: "audit", CostPerCall: 0.002, Currency: "EUR"}, *c.Operation("crm-api", "", "GET", "/crm/unknown"))
}

func TestTheLongestBasePathWins(t *testing.T) {
	c, err := catalog.Parse("c.yaml", []byte(`
version: 1
apis:
  - {id: all, services: [gateway]}
  - {id: crm, services: [gateway], base_path: /crm/}
  - {id: crm-v2, services: [gateway], base_path: /crm/v2}
`))
	require.NoError(t, err)
	f := func(path, want string) {
		t.Helper()
		require.Equal(t, want, c.Operation("gateway", "", "GET", path).API.ID)
	}
	f("/crm/v2/contacts", "crm-v2")
	f("/crm/v2", "crm-v2")
	f("/crm/v20", "crm")
	f("/crm/", "crm")
	f("/", "all")
	f("", "all")
}

func BenchmarkOperation(b *testing.B) {
	c, err := catalog.Load(filepath.Join("testdata", "catalog.yaml"))
	require.NoError(b, err)
	b.ReportAllocs()
	for b.Loop() {
		if c.Operation("kong", "api.example.com", "GET", "/crm/contacts/4711") == nil {
			b.Fatal("not found")
		}
	}
}
