package identityprocessor

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"

	"github.com/weir-otel/weir/internal/chconn"
)

// catalogFile is a file that is replaced at once, so that no half of it is read.
type catalogFile struct {
	t    testing.TB
	path string
}

func newCatalogFile(t testing.TB, content string) catalogFile {
	f := catalogFile{t, filepath.Join(t.TempDir(), "catalog.yaml")}
	f.write(content)
	return f
}

func (f catalogFile) write(content string) {
	f.t.Helper()
	require.NoError(f.t, os.WriteFile(f.path+".new", []byte(content), 0o600))
	require.NoError(f.t, os.Rename(f.path+".new", f.path))
}

// oneConnector is a catalog in which azp=a is the connector id.
func oneConnector(id string) string {
	return "version: 1\nconnectors: [{id: " + id + ", match: {jwt: [{claim: azp, value: a}]}}]"
}

// connectorOfA says who azp=a is by the catalog in force.
func (r running) connectorOfA() any {
	return r.server(r.t.Context(), map[string]any{"jwt.claims.azp": "a"})["lowcode.connector.id"]
}

func begin(t *testing.T, p *identityProcessor) running {
	t.Helper()
	require.NoError(t, p.start(t.Context(), componenttest.NewNopHost()))
	t.Cleanup(func() { require.NoError(t, p.shutdown(context.Background())) })
	return running{p, t}
}

func TestReloadAppliesAGoodRevisionAndRefusesABadOne(t *testing.T) {
	file := newCatalogFile(t, oneConnector("first"))
	config := createDefaultConfig().(*Config)
	config.Catalog = CatalogConfig{File: file.path, ReloadInterval: time.Hour}
	p, telemetry, lines := observed(t, config)
	r := begin(t, p)
	require.Equal(t, "first", r.connectorOfA())

	file.write(oneConnector("second"))
	p.reload(t.Context())
	require.Equal(t, "second", r.connectorOfA())

	file.write("version: 1\nconnectors: [{id: third, match: {jwt: [{claim: azp}]}}]")
	for range 3 {
		p.reload(t.Context())
	}
	require.Equal(t, "second", r.connectorOfA())
	require.Equal(t, 1, lines.FilterMessage("the catalog was refused; the last good revision stays in force").Len(), "once for a revision")
	require.Equal(t, map[string]int64{"applied": 1, "refused": 1}, sums(t, telemetry, "catalog_reloads"))
}

func TestTheCatalogIsLookedAtAgainAndAgain(t *testing.T) {
	file := newCatalogFile(t, oneConnector("first"))
	config := createDefaultConfig().(*Config)
	config.Catalog = CatalogConfig{File: file.path, ReloadInterval: 10 * time.Millisecond} // shorter than Validate allows
	p, _, _ := observed(t, config)
	r := begin(t, p)
	for _, id := range []string{"second", "third"} {
		file.write(oneConnector(id))
		require.Eventually(t, func() bool { return r.connectorOfA() == id }, 10*time.Second, 5*time.Millisecond)
	}
}

func TestACatalogThatCannotBeHadAtTheStartIsUsedOnceItCan(t *testing.T) {
	var up atomic.Bool
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		if !up.Load() || request.Header.Get("Authorization") != "Bearer let-me-in" {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		fmt.Fprint(w, oneConnector("first"))
	}))
	defer server.Close()
	config := createDefaultConfig().(*Config)
	config.Catalog = CatalogConfig{URL: server.URL + "/catalog.yaml", Token: "let-me-in", ReloadInterval: time.Hour}
	p, _, lines := observed(t, config)
	r := begin(t, p)
	p.reload(t.Context())
	require.Nil(t, r.connectorOfA())
	require.Equal(t, 1, lines.FilterMessageSnippet("the catalog cannot be had").Len(), "once for a reason")

	up.Store(true)
	p.reload(t.Context())
	require.Equal(t, "first", r.connectorOfA())
}

func TestWithoutReloadsACatalogThatCannotBeHadFailsTheStart(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	config := createDefaultConfig().(*Config)
	config.Catalog = CatalogConfig{URL: server.URL, ReloadInterval: 0}
	p, _, _ := observed(t, config)
	require.ErrorContains(t, p.start(t.Context(), componenttest.NewNopHost()), "cannot load the catalog")
	require.NoError(t, p.shutdown(t.Context()))
}

func TestATableInADatabaseThatIsDownKeepsNobodyFromStarting(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	config := createDefaultConfig().(*Config)
	config.Catalog = CatalogConfig{Table: true, ReloadInterval: time.Hour}
	config.ClickHouse = chconn.NewDefaultConfig()
	config.ClickHouse.Endpoint = server.URL
	p, _, lines := observed(t, config)
	begin(t, p)
	require.Equal(t, 1, lines.FilterMessageSnippet("the catalog cannot be had").Len())
}

func TestATableNeedsADatabase(t *testing.T) {
	config := createDefaultConfig().(*Config)
	config.Catalog.Table = true
	p, _, _ := observed(t, config)
	err := p.start(t.Context(), componenttest.NewNopHost())
	require.ErrorContains(t, err, "cannot open catalog::table: cannot find ClickHouse: set `clickhouse::endpoint`")
}
