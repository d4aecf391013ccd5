package alertexporter

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/exporter/exportertest"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"github.com/weir-otel/weir/exporter/alertexporter/internal/metadata"
	"github.com/weir-otel/weir/internal/finding"
)

func TestFiringAlertsAreSentAgainAndThenResolved(t *testing.T) {
	am := newEdge(t)
	e := newExporter(t, func(cfg *Config) { cfg.Alertmanagers = []AlertmanagerConfig{am.alertmanager()} })
	e.send(record("a", finding.Firing))
	am.waitFor(t, 3) // again, with nothing new from the baseline
	for _, alert := range am.alerts() {
		require.Equal(t, "a", alert.Labels["fingerprint"])
		require.True(t, alert.EndsAt.After(resolved), "firing")
	}

	e.send(record("a", finding.Resolved))
	require.Eventually(t, func() bool {
		ended := 0
		for _, alert := range am.alerts() {
			if alert.EndsAt.Equal(resolved) {
				ended++
			}
		}
		return ended == 2 // once, and resolve_repeats
	}, 5*time.Second, 5*time.Millisecond)
}

func TestASlowDestinationDoesNotHoldTheOthers(t *testing.T) {
	slow, quick := newEdge(t), newEdge(t)
	release := make(chan struct{})
	slow.answer = func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-release:
		case <-r.Context().Done():
		}
	}
	e := newExporter(t, func(cfg *Config) { cfg.Webhooks = []WebhookConfig{slow.webhook("slow"), quick.webhook("quick")} })
	e.send(record("a", finding.Firing))
	slow.waitFor(t, 1)
	e.send(record("b", finding.Firing))
	quick.waitFor(t, 2)
	require.Len(t, slow.requests(), 1)
	close(release)
	slow.waitFor(t, 2)
}

func TestADestinationThatIsAwayIsTriedUntilItIsBack(t *testing.T) {
	hook := newEdge(t)
	hook.answer = func(w http.ResponseWriter, _ *http.Request) {
		if len(hook.requests()) < 4 {
			w.WriteHeader(http.StatusBadGateway)
		}
	}
	e := newExporter(t, func(cfg *Config) { cfg.Webhooks = []WebhookConfig{hook.webhook("hook")} })
	e.send(record("a", finding.Firing))
	hook.waitFor(t, 4)
	require.Eventually(t, func() bool { return e.notifications(t)["delivered"] == 1 }, 5*time.Second, 5*time.Millisecond)
	require.EqualValues(t, 3, e.notifications(t)["failed"])
	require.Len(t, hook.requests(), 4)
	require.Equal(t, 1, e.logs.FilterMessageSnippet("trying again until it works").Len(), "one line an outage")
}

func TestWhatIsRefusedForGoodIsNotSentAgain(t *testing.T) {
	hook := newEdge(t)
	hook.answer = func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Idempotency-Key")[0] == 'a' {
			http.Error(w, "bad", http.StatusBadRequest)
		}
	}
	e := newExporter(t, func(cfg *Config) { cfg.Webhooks = []WebhookConfig{hook.webhook("hook")} })
	e.send(record("a", finding.Firing))
	hook.waitFor(t, 1)
	e.send(record("b", finding.Firing))
	hook.waitFor(t, 2)
	require.Eventually(t, func() bool {
		return e.notifications(t)["rejected"] == 1 && e.notifications(t)["delivered"] == 1
	}, 5*time.Second, 5*time.Millisecond)
}

func TestARestartNeitherPagesAgainNorForgetsToResolve(t *testing.T) {
	hook := newEdge(t)
	folder := t.TempDir()
	configure := func(cfg *Config) {
		cfg.Webhooks = []WebhookConfig{hook.webhook("hook")}
		cfg.Directory = filepath.Join(folder, "alerts")
	}
	e := newExporter(t, configure)
	e.send(record("a", finding.Firing))
	hook.waitFor(t, 1)
	e.stop()

	e = newExporter(t, configure)
	e.send(record("a", finding.Firing)) // the baseline tells again what is open
	e.send(record("a", finding.Resolved))
	hook.waitFor(t, 2)
	require.Contains(t, string(hook.requests()[1].body), `"status":"resolved"`)
}

func TestAWrongAddressLosesNoNotification(t *testing.T) {
	hook := newEdge(t)
	hook.answer = func(w http.ResponseWriter, _ *http.Request) {
		if len(hook.requests()) < 3 {
			w.WriteHeader(http.StatusUnauthorized) // a token that has just been changed
		}
	}
	e := newExporter(t, func(cfg *Config) { cfg.Webhooks = []WebhookConfig{hook.webhook("hook")} })
	e.send(record("a", finding.Firing))
	require.Eventually(t, func() bool { return e.notifications(t)["delivered"] == 1 }, 5*time.Second, 5*time.Millisecond)
	require.Zero(t, e.notifications(t)["rejected"])
}

func TestWhatFiresIsKnownRightAfterARestart(t *testing.T) {
	hook := newEdge(t)
	folder := t.TempDir()
	configure := func(cfg *Config) {
		cfg.Webhooks, cfg.Directory = []WebhookConfig{hook.webhook("hook")}, folder
	}
	e := newExporter(t, configure)
	e.send(record("a", finding.Firing))
	e.stop()
	e = newExporter(t, configure)
	got, err := e.telemetry.GetMetric("otelcol_exporter_alert_firing")
	require.NoError(t, err)
	require.EqualValues(t, 1, got.Data.(metricdata.Gauge[int64]).DataPoints[0].Value)
}

func TestFindingsThatArriveJustBeforeTheStopAreTold(t *testing.T) {
	hook := newEdge(t)
	e := newExporter(t, func(cfg *Config) { cfg.Webhooks = []WebhookConfig{hook.webhook("hook")} })
	e.send(record("a", finding.Firing))
	e.stop()
	require.Len(t, hook.requests(), 1)
}

func TestOtherRecordsPassByAndBadFindingsAreCounted(t *testing.T) {
	hook := newEdge(t)
	e := newExporter(t, func(cfg *Config) { cfg.Webhooks = []WebhookConfig{hook.webhook("hook")} })
	ld := plog.NewLogs()
	records := ld.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords()
	records.AppendEmpty().Body().SetStr("an ordinary line")
	records.AppendEmpty().SetEventName("lowcode.finding")
	record("p", finding.Pending).CopyTo(records.AppendEmpty())
	require.NoError(t, e.ConsumeLogs(t.Context(), ld))
	require.Equal(t, map[string]int64{"malformed": 1, "pending": 1}, e.counts(t, "otelcol_exporter_alert_findings"))
	require.Empty(t, hook.requests())
}

func TestMoreEpisodesThanTheLimitAreRefusedForGood(t *testing.T) {
	hook := newEdge(t)
	e := newExporter(t, func(cfg *Config) {
		cfg.Webhooks, cfg.MaxEpisodes = []WebhookConfig{hook.webhook("hook")}, 1
	})
	e.send(record("a", finding.Firing))
	err := e.ConsumeLogs(t.Context(), logs(record("b", finding.Firing)))
	require.True(t, consumererror.IsPermanent(err))
	require.ErrorContains(t, err, "`max_episodes` is 1")
}

func TestStartSaysWhichFolderCannotBeUsed(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	cfg := createDefaultConfig().(*Config)
	cfg.Alertmanagers, cfg.Directory = []AlertmanagerConfig{newEdge(t).alertmanager()}, filepath.Join(file, "alerts")
	e, err := NewFactory().CreateLogs(t.Context(), exportertest.NewNopSettings(metadata.Type), cfg)
	require.NoError(t, err)
	require.ErrorContains(t, e.Start(t.Context(), componenttest.NewNopHost()), "`directory`")
	require.NoError(t, e.Shutdown(t.Context()))
}

func TestFactoryAndLifecycle(t *testing.T) {
	factory := NewFactory()
	require.Equal(t, metadata.Type, factory.Type())
	require.Equal(t, metadata.LogsStability, factory.LogsStability())
	cfg := factory.CreateDefaultConfig().(*Config)
	cfg.Alertmanagers, cfg.Directory = []AlertmanagerConfig{newEdge(t).alertmanager()}, t.TempDir()
	for range 2 {
		e, err := factory.CreateLogs(t.Context(), exportertest.NewNopSettings(metadata.Type), cfg)
		require.NoError(t, err)
		require.False(t, e.Capabilities().MutatesData)
		require.NoError(t, e.Start(t.Context(), componenttest.NewNopHost()))
		require.NoError(t, e.ConsumeLogs(t.Context(), plog.NewLogs()))
		require.NoError(t, e.Shutdown(t.Context()))
	}
	e, err := factory.CreateLogs(t.Context(), exportertest.NewNopSettings(metadata.Type), cfg)
	require.NoError(t, err)
	require.NoError(t, e.Shutdown(t.Context())) // never started
}

func TestStateFilesOfSeveralExportersAreKeptApart(t *testing.T) {
	require.Equal(t, "alert.json", fileName(component.NewID(metadata.Type)))
	require.Equal(t, "alert_.._x.json", fileName(component.NewIDWithName(metadata.Type, "../x")))
}

// testExporter is an exporter that is running, with quick intervals.
type testExporter struct {
	exporter.Logs
	t         *testing.T
	telemetry *componenttest.Telemetry
	logs      *observer.ObservedLogs
	stop      func()
}

func newExporter(t *testing.T, configure func(*Config)) *testExporter {
	t.Helper()
	cfg := createDefaultConfig().(*Config)
	cfg.Directory = ""
	cfg.ResendInterval = 20 * time.Millisecond
	cfg.ResolveRepeats = 1
	cfg.Retry = RetryConfig{InitialInterval: time.Millisecond, MaxInterval: 5 * time.Millisecond}
	configure(cfg)
	core, logs := observer.New(zapcore.WarnLevel)
	set := exportertest.NewNopSettings(metadata.Type)
	set.ID = component.NewID(metadata.Type)
	telemetry := componenttest.NewTelemetry()
	set.TelemetrySettings = telemetry.NewTelemetrySettings()
	set.Logger = zap.New(core)
	e, err := NewFactory().CreateLogs(t.Context(), set, cfg)
	require.NoError(t, err)
	require.NoError(t, e.Start(t.Context(), componenttest.NewNopHost()))
	stop := sync.OnceFunc(func() {
		require.NoError(t, e.Shutdown(context.Background()))
		require.NoError(t, telemetry.Shutdown(context.Background()))
	})
	t.Cleanup(stop)
	return &testExporter{Logs: e, t: t, telemetry: telemetry, logs: logs, stop: stop}
}

func (e *testExporter) send(lr plog.LogRecord) {
	e.t.Helper()
	require.NoError(e.t, e.ConsumeLogs(e.t.Context(), logs(lr)))
}

func (e *testExporter) notifications(t *testing.T) map[string]int64 {
	return e.counts(t, "otelcol_exporter_alert_notifications")
}

func (e *testExporter) counts(t *testing.T, name string) map[string]int64 {
	t.Helper()
	got, err := e.telemetry.GetMetric(name)
	if err != nil {
		return nil
	}
	counts := map[string]int64{}
	for _, point := range got.Data.(metricdata.Sum[int64]).DataPoints {
		outcome, _ := point.Attributes.Value("outcome")
		counts[outcome.AsString()] += point.Value
	}
	return counts
}

var (
	started  = time.Now().Add(-time.Hour).Truncate(time.Millisecond)
	resolved = started.Add(30 * time.Minute)
)

func record(fingerprint string, status finding.Status) plog.LogRecord {
	f := finding.Finding{
		Fingerprint: fingerprint, Status: status, Rule: "burst", Severity: "critical", ConnectorID: "crm-sync",
		Measure: "requests", Observed: 900, Expected: 100, StartedAt: started, UpdatedAt: started.Add(time.Minute),
	}
	if status == finding.Resolved {
		f.UpdatedAt, f.ResolvedAt = resolved, resolved
	}
	lr := plog.NewLogRecord()
	f.ToLog(lr)
	return lr
}

func logs(lr plog.LogRecord) plog.Logs {
	ld := plog.NewLogs()
	lr.CopyTo(ld.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty())
	return ld
}

// edge is the other side: a server that keeps what it is sent.
type edge struct {
	*httptest.Server
	answer func(http.ResponseWriter, *http.Request)

	mu   sync.Mutex // guards everything below
	seen []request
}

type request struct {
	path string
	body []byte
}

type postedAlert struct {
	Labels           map[string]string
	StartsAt, EndsAt time.Time
}

func newEdge(t *testing.T) *edge {
	t.Helper()
	e := &edge{}
	e.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		e.mu.Lock()
		e.seen = append(e.seen, request{r.URL.Path, body})
		e.mu.Unlock()
		if e.answer != nil {
			e.answer(w, r)
		}
	}))
	t.Cleanup(e.Close)
	return e
}

func (e *edge) alertmanager() AlertmanagerConfig {
	cfg := AlertmanagerConfig{ClientConfig: defaultClient()}
	cfg.ClientConfig.Endpoint = e.URL
	return cfg
}

func (e *edge) webhook(name string) WebhookConfig {
	cfg := WebhookConfig{ClientConfig: defaultClient(), Name: name}
	cfg.ClientConfig.Endpoint = e.URL + "/hook"
	return cfg
}

func (e *edge) requests() []request {
	e.mu.Lock()
	defer e.mu.Unlock()
	return append([]request(nil), e.seen...)
}

func (e *edge) waitFor(t *testing.T, n int) {
	t.Helper()
	require.Eventually(t, func() bool { return len(e.requests()) >= n }, 5*time.Second, 5*time.Millisecond)
}

func (e *edge) alerts() []postedAlert {
	var all []postedAlert
	for _, r := range e.requests() {
		var batch []postedAlert
		if r.path == "/api/v2/alerts" && json.Unmarshal(r.body, &batch) == nil {
			all = append(all, batch...)
		}
	}
	return all
}
