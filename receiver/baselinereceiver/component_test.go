package baselinereceiver

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componentstatus"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/receiver/receivertest"
	"go.yaml.in/yaml/v3"

	"github.com/weir-otel/weir/internal/detect"
	"github.com/weir-otel/weir/internal/finding"
	"github.com/weir-otel/weir/receiver/baselinereceiver/internal/events"
	"github.com/weir-otel/weir/receiver/baselinereceiver/internal/metadata"
)

func TestConfigStruct(t *testing.T) {
	require.NoError(t, componenttest.CheckConfigStruct(NewFactory().CreateDefaultConfig()))
}

func loadConfig(t *testing.T, id string) *Config {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "config.yaml"))
	require.NoError(t, err)
	var raw map[string]any
	require.NoError(t, yaml.Unmarshal(data, &raw))
	config := createDefaultConfig().(*Config)
	require.NoError(t, confmap.NewFromStringMap(raw[id].(map[string]any)).Unmarshal(config))
	return config
}

func TestConfigIsReadAndHasDefaults(t *testing.T) {
	config := loadConfig(t, "baseline")
	require.Equal(t, createDefaultConfig(), config)
	require.NoError(t, confmap.Validate(config))

	config = loadConfig(t, "baseline/all")
	require.NoError(t, confmap.Validate(config))
	require.Equal(t, 48*time.Hour, config.CatchUp)
	require.Equal(t, "catalog.yaml", config.Catalog.File)
	require.Equal(t, "http://localhost:8123", config.ClickHouse.Endpoint)
	require.Len(t, config.Events, 3)
	require.Equal(t, 6*time.Hour, config.Events[1].Length)
}

func TestConfigErrorsQuoteTheKey(t *testing.T) {
	f := func(change func(*Config), want string) {
		t.Helper()
		config := createDefaultConfig().(*Config)
		change(config)
		require.ErrorContains(t, config.Validate(), want)
	}
	f(func(c *Config) { c.Rules = nil }, "`rules` is empty")
	f(func(c *Config) { c.Rules = []string{"nowhere.yaml"} }, "no file is named")
	f(func(c *Config) { c.CatchUp = time.Minute }, "`catch_up` is 1m0s")
	f(func(c *Config) { c.CatchUp = 1000 * time.Hour }, "`catch_up` is 1000h0m0s")
	f(func(c *Config) { c.Grace = -1 }, "`grace`")
	f(func(c *Config) { c.SettleTimeout = 0 }, "`settle_timeout`")
	f(func(c *Config) { c.Events = []events.Event{{Name: "close"}} }, "`events[0]` (close)")
	f(func(c *Config) { c.DashboardURL = "dashboards" }, "`dashboard_url`")
}

func TestMetadataAgrees(t *testing.T) {
	data, err := os.ReadFile("metadata.yaml")
	require.NoError(t, err)
	var declared struct {
		Type   string `yaml:"type"`
		Status struct {
			Stability struct {
				Alpha []string `yaml:"alpha"`
			} `yaml:"stability"`
		} `yaml:"status"`
	}
	require.NoError(t, yaml.Unmarshal(data, &declared))
	require.Equal(t, metadata.Type.String(), declared.Type)
	require.Equal(t, []string{"logs", "metrics"}, declared.Status.Stability.Alpha)
	require.Equal(t, component.StabilityLevelAlpha, metadata.LogsStability)
	require.Equal(t, component.StabilityLevelAlpha, metadata.MetricsStability)
}

// statusHost records what components report.
type statusHost struct {
	component.Host
	mu     sync.Mutex
	events []componentstatus.Status
}

func (h *statusHost) Report(event *componentstatus.Event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.events = append(h.events, event.Status())
}

func (h *statusHost) has(status componentstatus.Status) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, s := range h.events {
		if s == status {
			return true
		}
	}
	return false
}

func TestBothSignalsShareOneReceiver(t *testing.T) {
	factory := NewFactory()
	config := createDefaultConfig().(*Config)
	config.ClickHouse.Endpoint = "http://127.0.0.1:1" // nobody listens
	settings := receivertest.NewNopSettings(metadata.Type)
	logs, err := factory.CreateLogs(t.Context(), settings, config, consumertest.NewNop())
	require.NoError(t, err)
	metrics, err := factory.CreateMetrics(t.Context(), settings, config, consumertest.NewNop())
	require.NoError(t, err)
	require.Same(t, logs, metrics)

	// A database that is down does not keep the collector from starting.
	host := &statusHost{Host: componenttest.NewNopHost()}
	require.NoError(t, logs.Start(t.Context(), host))
	require.NoError(t, metrics.Start(t.Context(), host))
	require.Eventually(t, func() bool { return host.has(componentstatus.StatusRecoverableError) }, 10*time.Second, 10*time.Millisecond)
	require.NoError(t, logs.Shutdown(t.Context()))
	require.NoError(t, metrics.Shutdown(t.Context()))

	again, err := factory.CreateLogs(t.Context(), settings, config, consumertest.NewNop())
	require.NoError(t, err)
	require.NotSame(t, logs, again)
	require.NoError(t, again.Shutdown(t.Context()))
}

func TestStartRefusesWhatCannotWork(t *testing.T) {
	f := func(change func(*Config), want string) {
		t.Helper()
		config := createDefaultConfig().(*Config)
		change(config)
		logs, err := NewFactory().CreateLogs(t.Context(), receivertest.NewNopSettings(metadata.Type), config, consumertest.NewNop())
		require.NoError(t, err)
		require.ErrorContains(t, logs.Start(t.Context(), componenttest.NewNopHost()), want)
		require.NoError(t, logs.Shutdown(t.Context()))
	}
	f(func(*Config) {}, "cannot find ClickHouse")
	f(func(c *Config) { c.Catalog.File = "nowhere.yaml" }, "nowhere.yaml")
}

func TestFindingsGoDownTheLogsPipeline(t *testing.T) {
	sink := &consumertest.LogsSink{}
	b := &baseline{logs: sink}
	f := finding.Finding{Fingerprint: "0123456789abcdef", Status: finding.Firing, Rule: "requests-burst", Severity: "warning", Summary: "a lot"}
	require.NoError(t, b.emit(t.Context(), nil))
	require.NoError(t, b.emit(t.Context(), []finding.Finding{f}))
	require.Equal(t, 1, sink.LogRecordCount())
	got, err := finding.FromLog(sink.AllLogs()[0].ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0))
	require.NoError(t, err)
	require.Equal(t, f, got)

	b.logs = consumertest.NewErr(errors.New("full"))
	require.ErrorContains(t, b.emit(t.Context(), []finding.Finding{f}), "cannot pass on 1 findings: full")
	require.NoError(t, (&baseline{}).emit(t.Context(), []finding.Finding{f})) // only metrics are wanted
}

func TestMetricsAreBoundedAndNamed(t *testing.T) {
	sink := &consumertest.MetricsSink{}
	b := &baseline{metrics: sink, settings: receivertest.NewNopSettings(metadata.Type)}
	b.report(context.Background(), simEnd, []evaluation{
		{rule: "requests-burst", measure: "requests", lag: time.Minute, states: map[detect.State]int{detect.Learning: 1, detect.Ready: 2, detect.Stale: 3}, top: []series{{tenant: "acme", connector: "crm-sync", observed: 9, expected: 2, score: 0.4}}},
		{rule: "unusual-hours"},
	})
	names := map[string]int{}
	metrics := sink.AllMetrics()[0].ResourceMetrics().At(0).ScopeMetrics().At(0).Metrics()
	for _, m := range metrics.All() {
		names[m.Name()] = m.Gauge().DataPoints().Len()
		require.NotEmpty(t, m.Description())
		require.NotEmpty(t, m.Unit())
	}
	require.Equal(t, map[string]int{
		"lowcode.baseline.evaluation.lag": 2, "lowcode.baseline.evaluation.duration": 2, "lowcode.baseline.threshold": 2,
		"lowcode.baseline.findings": 2, "lowcode.baseline.findings.open": 2, "lowcode.baseline.connectors": 3, "lowcode.baseline.alerts": 2, "lowcode.baseline.alerts.budget": 1, "lowcode.baseline.evaluation.failed": 2,
		"lowcode.baseline.observed": 1, "lowcode.baseline.expected": 1, "lowcode.baseline.lower": 1, "lowcode.baseline.upper": 1, "lowcode.baseline.score": 1,
	}, names)
}
