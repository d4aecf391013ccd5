package catalog_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/catalog"
)

const cleanCatalog = `
version: 1
apis:
  - {id: crm, hosts: [API.example.com.], services: [crm], base_path: /crm, operations: [{endpoint: "GET /contacts/{id}", operation_id: one}, {endpoint: "GET /files/{a}/b", operation_id: file}]}
  - {id: six, hosts: ["[2001:db8::1]:8443"]}
  - {id: admin, services: [crm], base_path: /admin}
`

func TestAnOperationIsFoundHoweverItsPathIsWritten(t *testing.T) {
	c, err := catalog.Parse("c.yaml", []byte(cleanCatalog))
	require.NoError(t, err)
	f := func(method, path, want string) {
		t.Helper()
		o := c.Operation("crm", "", method, path)
		got := ""
		if o != nil {
			got = strings.TrimSuffix(o.API.ID+" "+o.ID, " ")
		}
		require.Equal(t, want, got)
	}
	for _, path := range []string{
		"/crm/contacts/4711", "//crm//contacts/4711", "/crm/./contacts/4711/", "/x/../crm/contacts/4711", "/../crm/contacts/4711",
		"/%63rm/c%6Fntacts/%34711", "/crm;v=1/contacts;a=b/4711;c", "/crm/%2e%2e/crm/contacts/4711", "/crm/contacts/4711#top",
		"/crm/contacts/4711?a=/../b", "/crm/contacts/a%2Fb", "/crm/contacts/100%", "/crm/contacts/.well", "/crm/contacts/x/..;/4711",
	} {
		f("GET", path, "crm one")
		f("get", path, "crm one")
	}
	f("GET", "/crm/../admin/contacts/4711", "admin")
	f("GET", "/crm/contacts/..", "crm")
	f("GET", "/CRM/contacts/4711", "")
	f("GET", "/crm/files/%252e%252e/b", "crm file")
	f("GET", "/..", "")
	f("OPTIONS", "*", "")
}

func TestAnAPIIsFoundHoweverItsHostIsWritten(t *testing.T) {
	c, err := catalog.Parse("c.yaml", []byte(cleanCatalog))
	require.NoError(t, err)
	for _, host := range []string{"api.example.com", "Api.Example.COM", "api.example.com:8443", "api.example.com.", "api.example.com.:443"} {
		require.NotNil(t, c.Operation("", host, "GET", "/crm/contacts/1"), host)
	}
	require.NotNil(t, c.Operation("", "[2001:DB8::1]", "GET", "/"))
	for _, host := range []string{"", ":", "::", "api.example.com..", "2001:db8::1:8443"} {
		require.Nil(t, c.Operation("", host, "GET", "/crm/contacts/1"), host)
	}
}

func TestAPlainCallAllocatesNothing(t *testing.T) {
	c, err := catalog.Parse("c.yaml", []byte(cleanCatalog))
	require.NoError(t, err)
	require.Zero(t, testing.AllocsPerRun(100, func() { c.Operation("", "api.example.com", "GET", "/crm/contacts/4711?a=b") }))
}

func FuzzOperation(f *testing.F) {
	c, err := catalog.Parse("c.yaml", []byte(cleanCatalog))
	require.NoError(f, err)
	f.Add("/crm/%2e%2e/%", "[::1]:1")
	f.Add("/..;/crm/contacts/1", ":")
	f.Fuzz(func(t *testing.T, path, host string) {
		c.Operation("crm", "", "GET", path)
		c.Operation("", host, "GET", path)
		if !strings.ContainsAny(path, "?#") {
			require.Equal(t, c.Operation("crm", "", "GET", "/"+path), c.Operation("crm", "", "GET", "/."+"//"+path))
		}
	})
}
