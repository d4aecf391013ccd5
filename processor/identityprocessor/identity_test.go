package identityprocessor

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/client"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/processor/processortest"

	"github.com/weir-otel/weir/internal/provenance"
	"github.com/weir-otel/weir/processor/identityprocessor/internal/metadata"
)

var (
	arrival  = time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)
	loopback = &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)}
	stranger = &net.IPAddr{IP: net.IPv4(198, 51, 100, 9)}
	traceOne = pcommon.TraceID{1}
)

func readFile(t testing.TB, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	return data
}

// running is a started processor of testdata/catalog.yaml with a fixed clock.
type running struct {
	*identityProcessor
	t testing.TB
}

func run(t testing.TB, change func(*Config)) running {
	t.Helper()
	config := createDefaultConfig().(*Config)
	config.Catalog = CatalogConfig{File: filepath.Join("testdata", "catalog.yaml")}
	config.TrustedPeers = []PeerConfig{{Receiver: "intake"}, {CIDR: "127.0.0.0/8"}, {AuthSubject: "edge-1"}, {AuthSubject: "weir-2", Weir: true}}
	config.Edges = []EdgeConfig{{Service: "api-gateway"}}
	if change != nil {
		change(config)
	}
	require.NoError(t, config.Validate())
	p, err := newProcessor(config, processortest.NewNopSettings(metadata.Type))
	require.NoError(t, err)
	p.now = func() time.Time { return arrival }
	require.NoError(t, p.start(t.Context(), componenttest.NewNopHost()))
	t.Cleanup(func() { require.NoError(t, p.shutdown(context.Background())) })
	return running{p, t}
}

// traces runs a batch of spans of one service.
func (r running) traces(ctx context.Context, service string, fill func(ptrace.SpanSlice)) []ptrace.Span {
	r.t.Helper()
	traces := ptrace.NewTraces()
	resource := traces.ResourceSpans().AppendEmpty()
	resource.Resource().Attributes().PutStr("service.name", service)
	fill(resource.ScopeSpans().AppendEmpty().Spans())
	traces, err := r.processTraces(ctx, traces)
	require.NoError(r.t, err)
	var spans []ptrace.Span
	for _, span := range traces.ResourceSpans().At(0).ScopeSpans().At(0).Spans().All() {
		spans = append(spans, span)
	}
	return spans
}

// server runs one server span and returns its attributes.
func (r running) server(ctx context.Context, attributes map[string]any) map[string]any {
	r.t.Helper()
	return r.traces(ctx, "api-gateway", func(spans ptrace.SpanSlice) {
		newSpan(r.t, spans, ptrace.SpanKindServer, attributes)
	})[0].Attributes().AsRaw()
}

// log runs one log record and returns its attributes.
func (r running) log(ctx context.Context, attributes map[string]any) map[string]any {
	r.t.Helper()
	logs := plog.NewLogs()
	record := logs.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty()
	require.NoError(r.t, record.Attributes().FromRaw(attributes))
	_, err := r.processLogs(ctx, logs)
	require.NoError(r.t, err)
	return record.Attributes().AsRaw()
}

// gauge runs one data point and returns its attributes.
func (r running) gauge(ctx context.Context, attributes map[string]any) map[string]any {
	r.t.Helper()
	metrics := pmetric.NewMetrics()
	point := metrics.ResourceMetrics().AppendEmpty().ScopeMetrics().AppendEmpty().Metrics().AppendEmpty().SetEmptyGauge().DataPoints().AppendEmpty()
	require.NoError(r.t, point.Attributes().FromRaw(attributes))
	_, err := r.processMetrics(ctx, metrics)
	require.NoError(r.t, err)
	return point.Attributes().AsRaw()
}

func newSpan(t testing.TB, spans ptrace.SpanSlice, kind ptrace.SpanKind, attributes map[string]any) ptrace.Span {
	t.Helper()
	span := spans.AppendEmpty()
	span.SetKind(kind)
	span.SetStartTimestamp(pcommon.NewTimestampFromTime(arrival.Add(-time.Second)))
	span.SetEndTimestamp(pcommon.NewTimestampFromTime(arrival))
	require.NoError(t, span.Attributes().FromRaw(attributes))
	return span
}

func from(addr net.Addr) context.Context {
	return client.NewContext(context.Background(), client.Info{Addr: addr})
}

func header(values ...any) []any { return values }

func TestFactoryMakesAWorkingComponent(t *testing.T) {
	f := NewFactory()
	require.Equal(t, component.MustNewType("identity"), f.Type())
	settings := processortest.NewNopSettings(f.Type())
	config := f.CreateDefaultConfig().(*Config)
	config.Catalog = CatalogConfig{File: filepath.Join("testdata", "catalog.yaml"), ReloadInterval: time.Hour}
	ctx, host := t.Context(), componenttest.NewNopHost()

	var traces consumertest.TracesSink
	var logs consumertest.LogsSink
	var metrics consumertest.MetricsSink
	tp, err := f.CreateTraces(ctx, settings, config, &traces)
	require.NoError(t, err)
	lp, err := f.CreateLogs(ctx, settings, config, &logs)
	require.NoError(t, err)
	mp, err := f.CreateMetrics(ctx, settings, config, &metrics)
	require.NoError(t, err)
	require.True(t, tp.Capabilities().MutatesData)
	for _, c := range []component.Component{tp, lp, mp} {
		require.NoError(t, c.Start(ctx, host))
	}

	require.NoError(t, tp.ConsumeTraces(ctx, ptrace.NewTraces()))
	require.NoError(t, lp.ConsumeLogs(ctx, plog.NewLogs()))
	require.NoError(t, mp.ConsumeMetrics(ctx, pmetric.NewMetrics()))
	td := ptrace.NewTraces()
	newSpan(t, td.ResourceSpans().AppendEmpty().ScopeSpans().AppendEmpty().Spans(), ptrace.SpanKindServer,
		map[string]any{"http.request.header.x-consumer-username": "make-crm-sync"})
	require.NoError(t, tp.ConsumeTraces(ctx, td))
	got := traces.AllTraces()[len(traces.AllTraces())-1].ResourceSpans().At(0).ScopeSpans().At(0).Spans().At(0).Attributes().AsRaw()
	require.Equal(t, "crm-sync", got["lowcode.connector.id"])

	for _, c := range []component.Component{tp, lp, mp} {
		require.NoError(t, c.Shutdown(ctx))
	}
}

func TestShutdownWithoutStartIsFine(t *testing.T) {
	f := NewFactory()
	tp, err := f.CreateTraces(t.Context(), processortest.NewNopSettings(f.Type()), f.CreateDefaultConfig(), consumertest.NewNop())
	require.NoError(t, err)
	require.NoError(t, tp.Shutdown(t.Context()))
}

func TestStartFailsOnABadCatalog(t *testing.T) {
	path := filepath.Join(t.TempDir(), "catalog.yaml")
	require.NoError(t, os.WriteFile(path, []byte("version: 1\nconnectors: [{id: a}, {id: a}]"), 0o600))
	config := createDefaultConfig().(*Config)
	config.Catalog.File = path
	p, err := newProcessor(config, processortest.NewNopSettings(metadata.Type))
	require.NoError(t, err)
	err = p.start(t.Context(), nil)
	require.ErrorContains(t, err, "cannot load the catalog: ")
	require.ErrorContains(t, err, "catalog.yaml:2: connectors[1].id")
	require.NoError(t, p.shutdown(t.Context()))
}

func TestReportOfATrustedPeerIsVerifiedAndFullyStamped(t *testing.T) {
	r := run(t, nil)
	got := r.server(from(loopback), map[string]any{
		"http.request.method": "GET",
		"url.path":            "/contacts/4711",
		"http.request.header.x-consumer-username":         header("make-crm-sync"),
		"http.request.header.x-consumer-id":               header("7d8a7c1e-0000-4000-8000-000000000001"),
		"http.request.header.x-credential-identifier":     header("9d3f0c1e"),
		"user_agent.original":                             "Make/production",
		"jwt.claims.azp":                                  "crm-sync",
		"jwt.claims.sub":                                  "user-7",
		"http.request.header.x-ms-workflow-run-id":        header("run-1"),
		"http.request.header.x-unlisted-header-of-nobody": header("x"),
	})
	want := map[string]any{
		"lowcode.identity.status":           "verified",
		"lowcode.identity.method":           "jwt_claim",
		"lowcode.identity.confidence":       0.95,
		"lowcode.identity.catalog_revision": r.resolver.Load().Revision(),
		"lowcode.identity.evidence": []any{
			"jwt_claim=jwt.claims.azp",
			"credential=http.request.header.x-credential-identifier",
			"gateway_consumer=http.request.header.x-consumer-username",
			"user_agent=user_agent.original",
		},
		"lowcode.connector.id":          "crm-sync",
		"lowcode.connector.name":        "CRM sync",
		"lowcode.connector.owner.team":  "sales-ops",
		"lowcode.connector.environment": "production",
		"lowcode.platform.name":         "make",
		"lowcode.tenant.id":             "acme",
		"lowcode.credential.id":         "9d3f0c1e",
		"lowcode.workflow.run.id":       "run-1",
		"lowcode.token.client.id":       "crm-sync",
		"lowcode.identity.vouched":      true,
		"lowcode.report.source":         "edge",
		"http.route":                    "/contacts/{id}",
		"user.id":                       "user-7",
	}
	for key, value := range want {
		require.Equal(t, value, got[key], key)
	}
	require.Len(t, got, len(want)+10, "and nothing else: %v", got)
}

func TestInnerSpansAreStampedWithLittle(t *testing.T) {
	r := run(t, nil)
	spans := r.traces(from(loopback), "api-gateway", func(spans ptrace.SpanSlice) {
		newSpan(t, spans, ptrace.SpanKindInternal, map[string]any{"jwt.claims.azp": "crm-sync", "url.path": "/a"})
		newSpan(t, spans, ptrace.SpanKindClient, map[string]any{"db.system.name": "postgresql"})
	})
	require.Equal(t, map[string]any{
		"jwt.claims.azp": "crm-sync", "url.path": "/a",
		"lowcode.identity.status": "verified", "lowcode.identity.method": "jwt_claim",
		"lowcode.connector.id": "crm-sync", "lowcode.tenant.id": "acme",
	}, spans[0].Attributes().AsRaw())
	require.Equal(t, map[string]any{"db.system.name": "postgresql", "lowcode.identity.status": "unattributed"}, spans[1].Attributes().AsRaw())
}

func TestTrustComesFromThePeerOnly(t *testing.T) {
	r := run(t, nil)
	f := func(ctx context.Context, want string) {
		t.Helper()
		got := r.server(ctx, map[string]any{"http.request.header.x-consumer-username": header("make-crm-sync")})
		require.Equal(t, want, got["lowcode.identity.status"])
		require.Equal(t, "crm-sync", got["lowcode.connector.id"])
	}
	subject := func(attribute, value string) context.Context {
		return client.NewContext(t.Context(), client.Info{Addr: stranger, Auth: authData{attribute: value}})
	}
	f(from(loopback), "verified")
	f(from(&net.IPAddr{IP: net.ParseIP("::ffff:127.0.0.1")}), "verified")
	f(from(&net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)}), "verified")
	f(from(stranger), "claimed")
	f(from(&net.UnixAddr{Name: "/run/x"}), "claimed")
	f(t.Context(), "claimed")
	f(subject("subject", "edge-1"), "verified")
	f(subject("username", "edge-1"), "verified")
	f(subject("subject", "edge-2"), "claimed")
	f(subject("raw", "edge-1"), "claimed")
	f(provenance.With(t.Context(), provenance.Source{Receiver: "intake"}), "verified")
	f(provenance.With(t.Context(), provenance.Source{Receiver: "other"}), "claimed")
	f(provenance.With(t.Context(), provenance.Source{Receiver: "other", Peer: "edge-1"}), "verified")
}

// authData is what an authenticator extension says of a client.
type authData map[string]string

func (a authData) GetAttribute(name string) any {
	if value, ok := a[name]; ok {
		return value
	}
	return nil
}
func (a authData) GetAttributeNames() []string { return nil }

func TestSpoofedAttributesOfOurNamespaceAreStripped(t *testing.T) {
	r := run(t, nil)
	spoofed := map[string]any{
		"lowcode.connector.id":    "crm-sync",
		"lowcode.identity.status": "verified",
		"lowcode.request.id":      "r-1",
		"lowcode.made.up":         "x",
	}
	batch := func() ptrace.Traces {
		traces := ptrace.NewTraces()
		resource := traces.ResourceSpans().AppendEmpty()
		scope := resource.ScopeSpans().AppendEmpty()
		span := newSpan(t, scope.Spans(), ptrace.SpanKindServer, spoofed)
		require.NoError(t, resource.Resource().Attributes().FromRaw(spoofed))
		require.NoError(t, scope.Scope().Attributes().FromRaw(spoofed))
		require.NoError(t, span.Events().AppendEmpty().Attributes().FromRaw(spoofed))
		require.NoError(t, span.Links().AppendEmpty().Attributes().FromRaw(spoofed))
		return traces
	}
	got, err := r.processTraces(from(loopback), batch())
	require.NoError(t, err)
	resource := got.ResourceSpans().At(0)
	scope := resource.ScopeSpans().At(0)
	span := scope.Spans().At(0)
	require.Empty(t, resource.Resource().Attributes().AsRaw())
	require.Empty(t, scope.Scope().Attributes().AsRaw())
	require.Empty(t, span.Events().At(0).Attributes().AsRaw())
	require.Empty(t, span.Links().At(0).Attributes().AsRaw())
	require.Equal(t, map[string]any{
		"lowcode.identity.status":              "unattributed",
		"lowcode.identity.unattributed_reason": "no_signal",
		"lowcode.identity.catalog_revision":    r.resolver.Load().Revision(),
		"lowcode.identity.vouched":             true,
	}, span.Attributes().AsRaw())

	declared := client.NewContext(t.Context(), client.Info{Auth: authData{"subject": "weir-2"}})
	got, err = r.processTraces(declared, batch())
	require.NoError(t, err)
	require.Equal(t, spoofed, got.ResourceSpans().At(0).ScopeSpans().At(0).Spans().At(0).Attributes().AsRaw(), "another Weir has decided")
}

func TestIntakesOwnAttributesAreKeptAndCount(t *testing.T) {
	r := run(t, func(c *Config) { c.Edges = nil })
	ctx := provenance.With(t.Context(), provenance.Source{Receiver: "intake", Format: "kong"})
	got := r.server(ctx, map[string]any{"lowcode.request.id": "r-1", "lowcode.credential.id": "9d3f0c1e"})
	require.Equal(t, "r-1", got["lowcode.request.id"])
	require.Equal(t, "9d3f0c1e", got["lowcode.credential.id"])
	require.Equal(t, "crm-sync", got["lowcode.connector.id"])
	require.Equal(t, "credential", got["lowcode.identity.method"])
	require.Equal(t, "verified", got["lowcode.identity.status"])
	require.Equal(t, "gateway_log", got["lowcode.report.source"])
}

func TestReportSourceIsEdgeForDeclaredEdges(t *testing.T) {
	source := func(r running, ctx context.Context, service string, kind ptrace.SpanKind) any {
		return r.traces(ctx, service, func(spans ptrace.SpanSlice) { newSpan(t, spans, kind, map[string]any{"http.method": "GET"}) })[0].
			Attributes().AsRaw()["lowcode.report.source"]
	}
	intake := provenance.With(t.Context(), provenance.Source{Receiver: "intake"})
	r := run(t, nil)
	require.Equal(t, "edge", source(r, from(loopback), "api-gateway", ptrace.SpanKindServer))
	require.Nil(t, source(r, from(loopback), "api-gateway", ptrace.SpanKindClient), "the gateway's own upstream call")
	require.Nil(t, source(r, from(loopback), "orders", ptrace.SpanKindServer))
	require.Nil(t, source(r, from(stranger), "api-gateway", ptrace.SpanKindServer), "anybody can write service.name")
	require.Equal(t, "gateway_log", source(r, intake, "kong", ptrace.SpanKindServer))

	byReceiver := run(t, func(c *Config) { c.Edges = []EdgeConfig{{Receiver: "intake"}, {AuthSubject: "edge-1"}} })
	require.Equal(t, "edge", source(byReceiver, intake, "kong", ptrace.SpanKindServer))
	bySubject := client.NewContext(t.Context(), client.Info{Auth: authData{"subject": "edge-1"}})
	require.Equal(t, "edge", source(byReceiver, bySubject, "x", ptrace.SpanKindServer))

	noPeers := run(t, func(c *Config) { c.TrustedPeers = nil })
	require.Equal(t, "edge", source(noPeers, from(stranger), "api-gateway", ptrace.SpanKindServer))
}

func TestRouteIsMadeOfThePathWhereThereIsNone(t *testing.T) {
	r := run(t, nil)
	f := func(attributes map[string]any, want any) {
		t.Helper()
		require.Equal(t, want, r.server(from(loopback), attributes)["http.route"])
	}
	f(map[string]any{"url.path": "/contacts/7"}, "/contacts/{id}")
	f(map[string]any{"http.target": "/contacts/7?x=1"}, "/contacts/{id}")
	f(map[string]any{"http.url": "https://api.example.com/contacts/7"}, "/contacts/{id}")
	f(map[string]any{"url.full": "https://api.example.com/contacts/7", "http.target": "/other"}, "/contacts/{id}")
	f(map[string]any{"url.path": "/contacts/7", "http.route": "/contacts/:id"}, "/contacts/:id")
	f(map[string]any{"url.path": "/contacts/7", "url.template": "/contacts/{contactId}"}, nil)
	f(map[string]any{}, nil)
}

func TestUserIsTheTokensSubjectUnlessItIsTheClientItself(t *testing.T) {
	r := run(t, nil)
	f := func(attributes map[string]any, want any) {
		t.Helper()
		require.Equal(t, want, r.server(from(loopback), attributes)["user.id"])
	}
	f(map[string]any{"jwt.claims.sub": "u1"}, "u1")
	f(map[string]any{"jwt.claims.sub": "u1", "user.id": "u2"}, "u2")
	f(map[string]any{"jwt.claims.sub": "u1", "enduser.id": "u2"}, nil)
	f(map[string]any{"jwt.claims.sub": "crm-sync", "jwt.claims.client_id": "crm-sync"}, nil)
	f(map[string]any{}, nil)
}
