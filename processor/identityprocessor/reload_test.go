package identityprocessor

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/processor/processorhelper"
	"go.opentelemetry.io/collector/processor/processortest"

	"github.com/weir-otel/weir/internal/chconn"
	"github.com/weir-otel/weir/processor/identityprocessor/internal/metadata"
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

// TestReloadUnderLoadLosesNothingAndMixesNoRevisions reloads the catalog a
// hundred times while batches flow, once for every ten of them. The connectors
// of a revision carry its number, so that a record of two revisions shows.
func TestReloadUnderLoadLosesNothingAndMixesNoRevisions(t *testing.T) {
	const reloads, senders, batchesPerReload, tracesPerBatch = 100, 4, 10, 8
	content := func(n int) string {
		return fmt.Sprintf("version: 1\nconnectors:\n"+
			"  - {id: 'only-%[1]d', name: 'name %[1]d', match: {jwt: [{claim: azp, value: a}]}}\n"+
			"  - {id: 'always', name: 'name %[1]d', match: {jwt: [{claim: azp, value: b}]}}\n", n)
	}
	file := newCatalogFile(t, content(0))
	r := run(t, func(c *Config) { c.Catalog = CatalogConfig{File: file.path, ReloadInterval: time.Hour} })
	names := map[string]string{r.resolver.Load().Revision(): "name 0"} // by revision

	var sink consumertest.TracesSink
	component, err := processorhelper.NewTraces(t.Context(), processortest.NewNopSettings(metadata.Type), r.config, &sink, r.processTraces)
	require.NoError(t, err)
	sent := make(chan struct{})
	var sending sync.WaitGroup
	for sender := range byte(senders) {
		sending.Go(func() {
			for n := range reloads * batchesPerReload / senders {
				if err := component.ConsumeTraces(from(loopback), loadBatch(sender, n, tracesPerBatch)); err != nil {
					t.Error(err)
				}
				sent <- struct{}{}
			}
		})
	}
	for n := 1; n <= reloads; n++ {
		for range batchesPerReload {
			<-sent
		}
		file.write(content(n))
		r.reload(t.Context())
		names[r.resolver.Load().Revision()] = fmt.Sprintf("name %d", n)
	}
	sending.Wait()

	require.Len(t, names, reloads+1)
	require.Equal(t, reloads*batchesPerReload*tracesPerBatch*spansPerTrace, sink.SpanCount())
	used := map[string]bool{}
	for _, traces := range sink.AllTraces() {
		requireOneRevision(t, traces, names, used)
	}
	require.Greater(t, len(used), reloads/2, "batches and reloads took turns")
}

const spansPerTrace = 3

// loadBatch has traces that go on over two batches: with evidence of both
// connectors, and spans that inherit from this batch or the one before.
func loadBatch(sender byte, n, traces int) ptrace.Traces {
	batch := ptrace.NewTraces()
	spans := batch.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans()
	for i := range byte(traces) {
		for span := range byte(spansPerTrace) {
			s := spans.AppendEmpty()
			s.SetKind(ptrace.SpanKindServer)
			s.SetTraceID(pcommon.TraceID{sender + 1, byte(n / 2), byte(n / 512), i})
			s.SetSpanID(pcommon.SpanID{byte(n%2) + 1, span})
			if span == 0 && n%2 == 0 {
				s.Attributes().PutStr("jwt.claims.azp", string('a'+rune(i%2)))
			}
		}
	}
	return batch
}

// requireOneRevision holds the names on a batch's reports against the revision
// they are stamped with.
func requireOneRevision(t *testing.T, traces ptrace.Traces, names map[string]string, used map[string]bool) {
	t.Helper()
	first := ""
	for _, span := range traces.ResourceSpans().At(0).ScopeSpans().At(0).Spans().All() {
		got := span.Attributes().AsRaw()
		revision, _ := got["lowcode.identity.catalog_revision"].(string)
		want, known := names[revision]
		require.True(t, known, "revision %q of %v", revision, got)
		if first == "" {
			first = revision
		}
		require.Equal(t, first, revision, "one batch, one revision")
		used[revision] = true
		switch got["lowcode.connector.id"] {
		case nil:
			require.Equal(t, "no_signal", got["lowcode.identity.unattributed_reason"])
		case "always", strings.Replace(want, "name ", "only-", 1):
			require.Equal(t, want, got["lowcode.connector.name"])
		default:
			require.Fail(t, "a connector of another revision", "%v", got)
		}
	}
}
