package clickhousestoreexporter

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/exporter/exportertest"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/weir-otel/weir/exporter/clickhousestoreexporter/internal/metadata"
	"github.com/weir-otel/weir/internal/chdb/chdbtest"
)

// aDayAgo is within every retention.
var aDayAgo = time.Now().UTC().Truncate(24 * time.Hour).Add(-12 * time.Hour)

// harness is an exporter of both signals in front of a real engine.
type harness struct {
	*testing.T
	cfg       *Config
	telemetry *componenttest.Telemetry
	traces    exporter.Traces
	logs      exporter.Logs
	store     *store
}

// config writes to the engine quickly, into a folder of the test's own.
func config(t *testing.T, server *chdbtest.Server) *Config {
	t.Helper()
	cfg := createDefaultConfig().(*Config)
	cfg.ClickHouse.Endpoint = server.Endpoint
	cfg.ClickHouse.Username = server.Username
	cfg.ClickHouse.Password = configopaque.String(server.Password)
	cfg.Directory = t.TempDir()
	cfg.Segment.MaxAge = 50 * time.Millisecond
	cfg.RecomputeInterval = 50 * time.Millisecond
	return cfg
}

func start(t *testing.T, cfg *Config) *harness {
	t.Helper()
	h := &harness{T: t, cfg: cfg, telemetry: componenttest.NewTelemetry()}
	set := exportertest.NewNopSettings(metadata.Type)
	set.TelemetrySettings = h.telemetry.NewTelemetrySettings()
	f := &stores{byConfig: map[component.Config]*store{}}
	var err error
	h.traces, err = f.createTraces(t.Context(), set, cfg)
	require.NoError(t, err)
	h.logs, err = f.createLogs(t.Context(), set, cfg)
	require.NoError(t, err)
	h.store = f.byConfig[cfg]
	require.NoError(t, h.traces.Start(t.Context(), componenttest.NewNopHost()))
	require.NoError(t, h.logs.Start(t.Context(), componenttest.NewNopHost()))
	return h
}

func (h *harness) stop() {
	h.Helper()
	ctx := context.WithoutCancel(h.Context())
	require.NoError(h, h.traces.Shutdown(ctx))
	require.NoError(h, h.logs.Shutdown(ctx))
	require.NoError(h, h.telemetry.Shutdown(ctx))
}

// settled waits until the database has everything.
func (h *harness) settled() {
	h.Helper()
	require.Eventually(h, func() bool { return h.store.segments.Stats().Segments == 0 }, 60*time.Second, 10*time.Millisecond)
}

// sum adds up a counter over its attributes, for one table.
func (h *harness) sum(name, table string) int {
	h.Helper()
	m, err := h.telemetry.GetMetric("otelcol_exporter_clickhouse_store_" + name)
	if err != nil {
		return 0
	}
	total := 0
	var points []metricdata.DataPoint[int64]
	switch data := m.Data.(type) {
	case metricdata.Sum[int64]:
		points = data.DataPoints
	case metricdata.Gauge[int64]:
		points = data.DataPoints
	}
	for _, p := range points {
		if v, ok := p.Attributes.Value("table"); ok && v.AsString() == table {
			total += int(p.Value)
		}
	}
	return total
}

func count(t *testing.T, conn driver.Conn, query string, args ...any) int {
	t.Helper()
	var n uint64
	require.NoError(t, conn.QueryRow(t.Context(), fmt.Sprintf(query, args...)).Scan(&n))
	return int(n)
}

// traces makes a request of n edge spans, the first with number from.
func someTraces(from, n int) ptrace.Traces {
	td := ptrace.NewTraces()
	rs := td.ResourceSpans().AppendEmpty()
	rs.Resource().Attributes().PutStr("service.name", "api-gateway")
	spans := rs.ScopeSpans().AppendEmpty().Spans()
	for i := range n {
		number := from + i
		s := spans.AppendEmpty()
		s.SetTraceID(pcommon.TraceID{1, byte(number >> 16), byte(number >> 8), byte(number)})
		s.SetSpanID(pcommon.SpanID{2, byte(number >> 16), byte(number >> 8), byte(number)})
		s.SetKind(ptrace.SpanKindServer)
		s.SetName("GET /contacts/{id}")
		s.SetStartTimestamp(pcommon.NewTimestampFromTime(aDayAgo.Add(time.Duration(number) * time.Second)))
		s.SetEndTimestamp(pcommon.NewTimestampFromTime(aDayAgo.Add(time.Duration(number)*time.Second + 20*time.Millisecond)))
		s.Attributes().PutStr("http.request.method", "GET")
		s.Attributes().PutStr("http.route", "/contacts/{id}")
		s.Attributes().PutInt("http.response.status_code", 200)
		s.Attributes().PutInt("number", int64(number))
	}
	return td
}

func someLogs(n int) plog.Logs {
	ld := plog.NewLogs()
	rl := ld.ResourceLogs().AppendEmpty()
	rl.Resource().Attributes().PutStr("service.name", "api-gateway")
	records := rl.ScopeLogs().AppendEmpty().LogRecords()
	for i := range n {
		r := records.AppendEmpty()
		r.SetTimestamp(pcommon.NewTimestampFromTime(aDayAgo))
		r.Attributes().PutInt("number", int64(i))
		r.Body().SetStr("hello")
	}
	return ld
}
