package catalog_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/config/configopaque"

	"github.com/weir-otel/weir/internal/catalog"
)

// folder writes files, by their paths, and returns where they are.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, content := range files {
		path := filepath.Join(root, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	}
	return root
}

func TestAFoldersFilesAreOneCatalog(t *testing.T) {
	root := folder(t, map[string]string{
		"a.yaml":           "version: 1\ntenants: [{id: acme}]\nconnectors: [{id: a, tenant: acme}]",
		"b.yml":            "version: 1\nconnectors: [{id: b, tenant: acme}]\nusers: [{id: jane}]",
		".hidden.yaml":     "not a catalog",
		"readme.md":        "not a catalog",
		"more/c.yaml":      "not a catalog",
		"openapi/crm.yaml": openAPI("/contacts"),
		"c.yaml":           "version: 1\napis: [{id: crm, services: [crm], openapi: openapi/crm.yaml}]",
	})
	c, err := catalog.Load(root)
	require.NoError(t, err)
	require.Equal(t, "a", c.ConnectorByID("a").ID)
	require.Equal(t, "acme", c.ConnectorByID("b").Tenant)
	require.Equal(t, "jane", c.User("jane").ID)
	require.Equal(t, "/contacts", c.Operation("crm", "", "GET", "/contacts").Template)
	require.Nil(t, c.ConnectorByID("c"))
	require.Nil(t, c.User("joe"))
}

func TestProblemsInAFolderNameTheFiles(t *testing.T) {
	root := folder(t, map[string]string{
		"a.yaml": "version: 1\nconnectors:\n  - id: x\n  - id: y\n    match: {gateway_consumers: [k]}\n",
		"b.yaml": "version: 1\nconnectors:\n  - id: z\n    match: {gateway_consumers: [k]}\n  - id: x\n",
		"c.yaml": "tenants: []\n",
	})
	_, err := catalog.Load(root)
	a, b, c := filepath.Join(root, "a.yaml"), filepath.Join(root, "b.yaml"), filepath.Join(root, "c.yaml")
	require.EqualError(t, err, strings.Join([]string{
		c + `:1: version: 0, expected 1; write version: 1 as the first line`,
		b + `:4: connectors[0].match.gateway_consumers[0]: "k", already a key of connector "y" (connectors[1].match.gateway_consumers[0] in ` + a + `:5), expected a value of one connector only; remove one of the two, or match by something that tells them apart`,
		b + `:5: connectors[1].id: "x", already the id of connectors[0].id in ` + a + `:3; give each entry of the list an id of its own`,
	}, "\n"))
}

func TestAFolderWithoutCatalogsIsAnError(t *testing.T) {
	root := folder(t, map[string]string{"readme.md": ""})
	_, err := catalog.Load(root)
	require.EqualError(t, err, "cannot read the catalog: "+root+" has no .yaml files; write one, or set the right path")
}

func TestTheRevisionCoversOpenAPIFiles(t *testing.T) {
	root := folder(t, map[string]string{
		"catalog.yaml": "version: 1\napis: [{id: crm, services: [crm], openapi: crm.json}]",
		"crm.json":     openAPI("/contacts"),
	})
	path := filepath.Join(root, "catalog.yaml")
	w, err := catalog.NewWatcher(t.Context(), catalog.Path(path))
	require.NoError(t, err)
	before := w.Current()
	changed, err := w.Check(t.Context())
	require.NoError(t, err)
	require.False(t, changed)

	require.NoError(t, os.WriteFile(filepath.Join(root, "crm.json"), []byte(openAPI("/leads")), 0o600))
	changed, err = w.Check(t.Context())
	require.NoError(t, err)
	require.True(t, changed)
	require.NotEqual(t, before.Revision, w.Current().Revision)
	require.Equal(t, "/leads", w.Current().Operation("crm", "", "GET", "/leads").Template)

	require.NoError(t, os.Remove(filepath.Join(root, "crm.json")))
	_, err = w.Check(t.Context())
	require.ErrorContains(t, err, path+":2: apis[0].openapi: cannot read it: open")
	changed, err = w.Check(t.Context())
	require.NoError(t, err, "reported once")
	require.False(t, changed)
	require.NotNil(t, w.Current().Operation("crm", "", "GET", "/leads"), "the good one stays in force")
}

// openAPI is a document with one operation.
func openAPI(path string) string {
	return `{"openapi": "3.1.0", "info": {"title": "CRM", "version": "1"}, "paths": {"` + path + `": {"get": {"responses": {"200": {"description": "ok"}}}}}}`
}

// web serves files that tests may change, with ETags where they have one.
type web struct {
	*httptest.Server

	files    map[string]string
	etag     string
	asked    []*http.Request
	modified atomic.Int32 // answers with a body
}

func serve(t *testing.T, start func(http.Handler) *httptest.Server) *web {
	w := &web{files: map[string]string{}}
	w.Server = start(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		w.asked = append(w.asked, r)
		content, found := w.files[r.URL.Path]
		switch {
		case !found:
			out.WriteHeader(http.StatusNotFound)
		case w.etag != "" && r.Header.Get("If-None-Match") == w.etag:
			out.WriteHeader(http.StatusNotModified)
		default:
			w.modified.Add(1)
			out.Header().Set("ETag", w.etag)
			_, _ = out.Write([]byte(content))
		}
	}))
	t.Cleanup(w.Close)
	return w
}

func TestAURLIsFetchedAgainOnlyWhenItsETagChanges(t *testing.T) {
	server := serve(t, httptest.NewServer)
	server.files["/d/catalog.yaml"], server.etag = "version: 1\nconnectors: [{id: a}]", `"1"`
	w, err := catalog.NewWatcher(t.Context(), catalog.URL(server.URL+"/d/catalog.yaml", catalog.URLOptions{}))
	require.NoError(t, err)

	changed, err := w.Check(t.Context())
	require.NoError(t, err)
	require.False(t, changed)
	require.EqualValues(t, 1, server.modified.Load())

	server.files["/d/catalog.yaml"], server.etag = "version: 1\nconnectors: [{id: b}]", `"2"`
	changed, err = w.Check(t.Context())
	require.NoError(t, err)
	require.True(t, changed)
	require.NotNil(t, w.Current().ConnectorByID("b"))
	require.EqualValues(t, 2, server.modified.Load())
}

func TestAURLWithoutETagIsComparedByItsContent(t *testing.T) {
	server := serve(t, httptest.NewServer)
	server.files["/catalog.yaml"] = "version: 1"
	w, err := catalog.NewWatcher(t.Context(), catalog.URL(server.URL+"/catalog.yaml", catalog.URLOptions{}))
	require.NoError(t, err)
	changed, err := w.Check(t.Context())
	require.NoError(t, err)
	require.False(t, changed)
	require.EqualValues(t, 2, server.modified.Load())
}

func TestAURLThatFailsKeepsTheGoodRevision(t *testing.T) {
	server := serve(t, httptest.NewServer)
	server.files["/catalog.yaml"] = "version: 1\nconnectors: [{id: a}]"
	w, err := catalog.NewWatcher(t.Context(), catalog.URL(server.URL+"/catalog.yaml?key=hidden", catalog.URLOptions{}))
	require.NoError(t, err)

	delete(server.files, "/catalog.yaml")
	_, err = w.Check(t.Context())
	require.EqualError(t, err, "cannot read the catalog from "+server.URL+"/catalog.yaml: the server answered 404 Not Found, expected 200 OK")
	_, err = w.Check(t.Context())
	require.NoError(t, err, "reported once")

	server.files["/catalog.yaml"] = "version: 7"
	_, err = w.Check(t.Context())
	require.EqualError(t, err, server.URL+"/catalog.yaml:1: version: 7, expected 1; write version: 1 as the first line")
	require.NotNil(t, w.Current().ConnectorByID("a"))

	server.Close()
	_, err = w.Check(t.Context())
	require.ErrorContains(t, err, "connection refused")
	require.NotContains(t, err.Error(), "hidden")
}

func TestOpenAPIFilesAreFetchedFromBesideTheURL(t *testing.T) {
	server := serve(t, httptest.NewServer)
	server.files["/d/catalog.yaml"] = "version: 1\napis: [{id: crm, services: [crm], openapi: api/crm.yaml}]"
	server.files["/d/api/crm.yaml"] = openAPI("/contacts")
	c, err := catalog.Read(t.Context(), catalog.URL(server.URL+"/d/catalog.yaml", catalog.URLOptions{}))
	require.NoError(t, err)
	require.Equal(t, "/contacts", c.Operation("crm", "", "GET", "/contacts").Template)
}

func TestATokenIsSentToItsOwnHostOnlyAndNeverPrinted(t *testing.T) {
	token := configopaque.String(strings.Repeat("t", 20))
	other := serve(t, httptest.NewServer)
	server := serve(t, func(h http.Handler) *httptest.Server {
		return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			switch r.URL.Path {
			case "/moved":
				http.Redirect(w, r, "/catalog.yaml", http.StatusFound)
			case "/elsewhere":
				http.Redirect(w, r, other.URL+"/catalog.yaml", http.StatusFound)
			case "/circle":
				http.Redirect(w, r, "/circle", http.StatusFound)
			default:
				h.ServeHTTP(w, r)
			}
		}))
	})
	server.files["/catalog.yaml"] = "version: 1"
	read := func(address string) error {
		_, err := catalog.Read(t.Context(), catalog.URL(address, catalog.URLOptions{Token: token}))
		if err != nil {
			require.NotContains(t, err.Error(), string(token))
		}
		return err
	}
	require.NoError(t, read(server.URL+"/moved"))
	require.Equal(t, "Bearer "+string(token), server.asked[0].Header.Get("Authorization"))
	require.ErrorContains(t, read(server.URL+"/elsewhere"), "where the token does not belong")
	require.Empty(t, other.asked)
	require.ErrorContains(t, read(server.URL+"/circle"), "redirected more than 3 times")
	require.EqualError(t, read("http://config.example.com/catalog.yaml"), "cannot use the catalog's URL: the token would be sent in the clear; use https")
}

func TestAURLIsNotFollowedFromHTTPSToHTTP(t *testing.T) {
	plain := serve(t, httptest.NewServer)
	server := serve(t, func(http.Handler) *httptest.Server {
		return httptest.NewTLSServer(http.RedirectHandler(plain.URL+"/catalog.yaml", http.StatusFound))
	})
	_, err := catalog.Read(t.Context(), catalog.URL(server.URL, catalog.URLOptions{Transport: server.Client().Transport}))
	require.ErrorContains(t, err, "redirected from https to http")
	require.Empty(t, plain.asked)
}

func TestAURLThatIsNoneIsRefusedAndNotRepeated(t *testing.T) {
	for _, address := range []string{"catalog.yaml", "ftp://hidden.example.com/", "http://", "http://jane:hidden@example.com/c.yaml", "http://hidden\x7f/"} {
		_, err := catalog.Read(t.Context(), catalog.URL(address, catalog.URLOptions{}))
		require.ErrorContains(t, err, "cannot use the catalog's URL", address)
		require.NotContains(t, err.Error(), "hidden")
	}
	require.Equal(t, "https://example.com/c.yaml", catalog.URL("https://example.com/c.yaml?sig=hidden", catalog.URLOptions{}).String())
}
