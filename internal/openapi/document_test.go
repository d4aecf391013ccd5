package openapi_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/openapi"
)

func TestParseReadsYAMLOfVersion30(t *testing.T) {
	document, err := openapi.Parse("crm.yaml", testdata(t, "crm.yaml"))

	require.NoError(t, err)
	require.Equal(t, &openapi.Document{
		Title: "CRM API", Version: "2026-03-01", BasePath: "/v2",
		Operations: []openapi.Operation{
			{Method: "GET", Path: "/contacts", ID: "listContacts", Scopes: []string{"contacts.read"}, Classification: "confidential"},
			{Method: "POST", Path: "/contacts", ID: "createContact", Scopes: []string{"contacts.admin", "contacts.write"}, Classification: "confidential"},
			{Method: "DELETE", Path: "/contacts/{id}", ID: "deleteContact", Scopes: []string{"contacts.read"}, Deprecated: true, Classification: "restricted"},
			{Method: "GET", Path: "/health", Classification: "internal"},
		},
	}, document)
}

func TestParseReadsJSONOfVersion31(t *testing.T) {
	document, err := openapi.Parse("billing.json", testdata(t, "billing.json"))

	require.NoError(t, err)
	require.Equal(t, &openapi.Document{
		Title: "Billing 💶", Version: "1", BasePath: "/billing",
		Operations: []openapi.Operation{
			{Method: "GET", Path: "/invoices/{number}.pdf", ID: "getInvoice"},
			{Method: "GET", Path: "/invoices/{number}", ID: "getInvoice"},
		},
	}, document)
}

func TestParseTakesTheBasePathFromTheFirstServer(t *testing.T) {
	f := func(servers, want string) {
		t.Helper()
		document, err := openapi.Parse("a.yaml", []byte("openapi: 3.1.0\npaths: {}\nservers: "+servers))
		require.NoError(t, err)
		require.Equal(t, want, document.BasePath, servers)
	}
	f("[]", "")
	f("[{}]", "")
	f("[{url: /}]", "")
	f("[{url: https://api.example.com}]", "")
	f("[{url: https://api.example.com/}]", "")
	f("[{url: https://api.example.com/v1/}, {url: /v2}]", "/v1")
	f("[{url: '//api.example.com/v1?x=/y'}]", "/v1")
	f("[{url: v1}]", "/v1")
	f("[{url: ../v1}]", "/v1")
	f("[{url: '/{stage}/v1', variables: {stage: {default: prod}}}]", "/prod/v1")
	f("[{url: 'https://{host}/{stage}', variables: {host: {default: a.example.com/x}, stage: {}}}]", "/x/{stage}")
}

func TestParseKnowsEveryMethod(t *testing.T) {
	document, err := openapi.Parse("a.yaml", []byte(`
openapi: 3.2.0
paths:
  /a: {get: {}, put: {}, post: {}, delete: {}, options: {}, head: {}, patch: {}, trace: {}, query: {}, additionalOperations: {COPY: {}}}
`))

	require.NoError(t, err)
	var methods []string
	for _, operation := range document.Operations {
		methods = append(methods, operation.Method)
	}
	require.Equal(t, "GET PUT POST DELETE OPTIONS HEAD PATCH TRACE QUERY COPY", strings.Join(methods, " "))
}

func TestParseMergesWhatYAMLMerges(t *testing.T) {
	document, err := openapi.Parse("a.yaml", []byte(`
openapi: 3.0.0
x-defaults: &defaults {deprecated: true, operationId: none}
paths:
  /a: {get: {<<: *defaults, operationId: own}}
`))

	require.NoError(t, err)
	require.Equal(t, []openapi.Operation{{Method: "GET", Path: "/a", ID: "own", Deprecated: true}}, document.Operations)
}

func TestParseSaysWhatIsWrongWhereAndWhatToDo(t *testing.T) {
	f := func(document string, want ...string) {
		t.Helper()
		_, err := openapi.Parse("api.yaml", []byte(document))
		require.EqualError(t, err, strings.Join(want, "\n"), document)
	}
	paths := func(text string) string { return "openapi: 3.0.0\npaths:\n" + text }

	f("", "api.yaml:1: a value, expected an OpenAPI document")
	f("[1]", "api.yaml:1: a list, expected an OpenAPI document")
	f("a: [", "api.yaml: cannot read it as JSON or YAML: line 1: did not find expected node content")
	f("\n\ninfo: {}", "api.yaml:3: openapi: missing, expected the version of OpenAPI; e.g. 3.1.0")
	f("swagger: '2.0'", `api.yaml:1: swagger: "2.0", expected OpenAPI 3; convert the document, e.g. with swagger2openapi`)
	f("openapi: 4.0.0", `api.yaml:1: openapi: "4.0.0", expected 3.0, 3.1 or 3.2`)
	f("openapi: 3.1.0", "api.yaml:1: paths: missing, expected the paths of the API; webhooks are not calls to it")
	f("openapi: 3.1.0\npaths: [/a]", "api.yaml:2: paths: a list, expected a mapping of paths")
	f(paths("  contacts: {}"), "api.yaml:3: paths.contacts: expected a path that begins with /")
	f(paths("  /a?b=c: {}"), "api.yaml:3: paths./a?b=c: expected a path without query and fragment")
	f(paths("  /a/{id: {}"), "api.yaml:3: paths./a/{id: unclosed {, expected {name}")
	f(paths("  /a/id}: {}"), "api.yaml:3: paths./a/id}: } without {, expected {name}")
	f(paths("  /{all+}/a: {}"), "api.yaml:3: paths./{all+}/a: {all+} takes all segments that follow, expected it at the end")
	f(paths("  /a: {get: []}"), "api.yaml:3: paths./a.get: a list, expected an operation")
	f(paths("  /a: {get: {operationId: [1]}}"), "api.yaml:3: paths./a.get.operationId: a list, expected text")
	f(paths("  /a: {get: {deprecated: maybe}}"), `api.yaml:3: paths./a.get.deprecated: "maybe", expected true or false`)
	f(paths("  /a: {get: {security: {}}}"), "api.yaml:3: paths./a.get.security: a mapping, expected a list of requirements")
	f(paths("  /a: {get: {security: [{oauth: read}]}}"), "api.yaml:3: paths./a.get.security[0].oauth: a value, expected a list of scopes")
	f(paths("  /a: {$ref: other.yaml}"), `api.yaml:3: paths./a.$ref: "other.yaml" is outside the document, and nothing is read from there; bundle the document first, e.g. with redocly bundle`)
	f(paths("  /a: {$ref: '#/components/x'}"), `api.yaml:3: paths./a.$ref: "#/components/x" is not in the document`)
	f(paths("  /a: {$ref: '#/paths/~1a'}"), "api.yaml:3: paths./a.$ref: more than 8 references in a row; perhaps a circle")
	f(paths("  /a: {}\n  /a: {}"), "api.yaml:4: paths./a: repeated, first given on line 3; keep one of the two")
	f(paths("  /a: {get: {}, get: {}}"), "api.yaml:3: paths./a.get: empty or repeated, expected each method once")
	f("openapi: 3.0.0\npaths: {}\nservers: [{url: '/{v'}]", "api.yaml:3: servers[0].url: unclosed {, expected {name}")
	f("{\"openapi\": \"3.0.0\",\n\n\"paths\": {\"a\": {},\n\"b\": {}}}",
		"api.yaml:3: paths.a: expected a path that begins with /", "api.yaml:4: paths.b: expected a path that begins with /")
}

func TestParseRefusesWhatWouldNotEnd(t *testing.T) {
	_, err := openapi.Parse("big.yaml", make([]byte, openapi.MaxSize+1))
	require.EqualError(t, err, "big.yaml: 16777217 bytes, expected at most 16777216; split the API, or leave out schemas and examples")

	_, err = openapi.Parse("deep.json", []byte(strings.Repeat(`{"a":`, 100_000)))
	require.EqualError(t, err, "deep.json: cannot read it as JSON or YAML: exceeded max depth of 10000")

	methods := "  /a: &a\n    additionalOperations: {" + strings.Repeat("M: {}, ", 3_000) + "}\n"
	var paths strings.Builder
	for i := range 3_000 {
		fmt.Fprintf(&paths, "  /a%d: *a\n", i)
	}
	_, err = openapi.Parse("alias.yaml", []byte("openapi: 3.2.0\npaths:\n"+methods+paths.String()))
	require.EqualError(t, err, "alias.yaml: too large with all its aliases and references written out; a reference may stand in too many places")
}

func testdata(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	require.NoError(t, err)
	return data
}

func FuzzParse(f *testing.F) {
	f.Add(testdata(f, "crm.yaml"))
	f.Add(testdata(f, "billing.json"))
	f.Add([]byte("openapi: 3.0.0\npaths: &p {/a: *p}"))
	f.Add([]byte("openapi: 3.0.0\npaths: {/a: {$ref: '#/paths/~1a'}, <<: {/b: {get: {<<: {}}}}}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		document, err := openapi.Parse("fuzz", data)
		if err != nil {
			require.Nil(t, document)
			require.Contains(t, err.Error(), "fuzz:")
			return
		}
		router := openapi.NewRouter()
		for i, operation := range document.Operations {
			require.NotEmpty(t, operation.Path)
			if err := router.Add(operation.Method, document.BasePath+operation.Path, i); err != nil {
				require.ErrorContains(t, err, "matches the same calls")
			}
		}
	})
}
