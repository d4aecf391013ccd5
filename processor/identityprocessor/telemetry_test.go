package identityprocessor

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/processor"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"
	"go.yaml.in/yaml/v3"

	"github.com/weir-otel/weir/internal/catalog"
	"github.com/weir-otel/weir/internal/identity"
	"github.com/weir-otel/weir/processor/identityprocessor/internal/metadata"
)

// observed is a processor whose metrics and log lines can be read.
func observed(t *testing.T, config *Config) (*identityProcessor, *componenttest.Telemetry, *observer.ObservedLogs) {
	t.Helper()
	telemetry := componenttest.NewTelemetry()
	t.Cleanup(func() { require.NoError(t, telemetry.Shutdown(context.Background())) })
	core, lines := observer.New(zapcore.InfoLevel)
	settings := processor.Settings{TelemetrySettings: telemetry.NewTelemetrySettings()}
	settings.Logger = zap.New(core)
	p, err := newProcessor(config, settings)
	require.NoError(t, err)
	p.now = func() time.Time { return arrival }
	return p, telemetry, lines
}

// sums reads a counter by its attributes, joined: "verified jwt_claim ".
func sums(t *testing.T, telemetry *componenttest.Telemetry, name string) map[string]int64 {
	t.Helper()
	found, err := telemetry.GetMetric(name)
	require.NoError(t, err)
	values := map[string]int64{}
	for _, point := range found.Data.(metricdata.Sum[int64]).DataPoints {
		status, _ := point.Attributes.Value("status")
		method, _ := point.Attributes.Value("method")
		reason, _ := point.Attributes.Value("reason")
		outcome, _ := point.Attributes.Value("outcome")
		values[status.AsString()+" "+method.AsString()+" "+reason.AsString()+outcome.AsString()] = point.Value
	}
	return values
}

func TestRecordsAreCountedByStatusMethodAndReason(t *testing.T) {
	config := createDefaultConfig().(*Config)
	config.TrustedPeers = []PeerConfig{{CIDR: "127.0.0.0/8"}}
	p, telemetry, _ := observed(t, config)
	c, err := catalog.Load(filepath.Join("testdata", "catalog.yaml"))
	require.NoError(t, err)
	p.resolver.Store(identity.NewResolver(c))
	r := running{p, t}
	r.traces(from(loopback), "s", func(spans ptrace.SpanSlice) {
		newSpan(t, spans, ptrace.SpanKindServer, map[string]any{"jwt.claims.azp": "crm-sync"}).SetTraceID(traceOne)
		newSpan(t, spans, ptrace.SpanKindInternal, nil).SetTraceID(traceOne)
		newSpan(t, spans, ptrace.SpanKindServer, map[string]any{"jwt.claims.azp": "stranger", "lowcode.x": "y"})
		newSpan(t, spans, ptrace.SpanKindServer, nil).SetStartTimestamp(pcommon.Timestamp(1))
	})
	require.Equal(t, map[string]int64{
		"verified jwt_claim ": 1, "inherited trace_parent ": 1, "unattributed  unknown_key": 1, "unattributed  no_signal": 1,
	}, sums(t, telemetry, "otelcol_processor_identity_records"))
	require.Equal(t, map[string]int64{"  ": 1}, sums(t, telemetry, "otelcol_processor_identity_clamped"))
	require.Equal(t, map[string]int64{"  ": 1}, sums(t, telemetry, "otelcol_processor_identity_stripped"))
}

func TestReloadAppliesAGoodRevisionAndRefusesABadOne(t *testing.T) {
	path := filepath.Join(t.TempDir(), "catalog.yaml")
	write := func(content string) { // at once, so that no half-written file is seen
		require.NoError(t, os.WriteFile(path+".new", []byte(content), 0o600))
		require.NoError(t, os.Rename(path+".new", path))
	}
	write("version: 1\nconnectors: [{id: first, match: {jwt: [{claim: azp, value: a}]}}]")
	config := createDefaultConfig().(*Config)
	config.Catalog = CatalogConfig{File: path, ReloadInterval: 20 * time.Millisecond} // shorter than Validate allows
	p, telemetry, lines := observed(t, config)
	require.NoError(t, p.start(t.Context(), componenttest.NewNopHost()))
	t.Cleanup(func() { require.NoError(t, p.shutdown(context.Background())) })
	r := running{p, t}
	connector := func() any {
		return r.server(t.Context(), map[string]any{"jwt.claims.azp": "a"})["lowcode.connector.id"]
	}
	require.Equal(t, "first", connector())

	write("version: 1\nconnectors: [{id: second, match: {jwt: [{claim: azp, value: a}]}}]")
	require.Eventually(t, func() bool { return connector() == "second" }, 5*time.Second, 5*time.Millisecond)

	write("version: 1\nconnectors: [{id: third, match: {jwt: [{claim: azp}]}}]")
	refused := func() int {
		return lines.FilterMessage("the catalog was refused; the last good revision stays in force").Len()
	}
	require.Eventually(t, func() bool { return refused() == 1 }, 5*time.Second, 5*time.Millisecond)
	require.Equal(t, "second", connector())
	require.Eventually(t, func() bool {
		got := sums(t, telemetry, "otelcol_processor_identity_catalog_reloads")
		return got["  applied"] == 1 && got["  refused"] == 1
	}, 5*time.Second, 5*time.Millisecond)
	require.Equal(t, 1, refused(), "once for a revision")
}

func TestStartSaysWhatMissingSettingsMean(t *testing.T) {
	p, _, lines := observed(t, createDefaultConfig().(*Config))
	require.NoError(t, p.start(t.Context(), componenttest.NewNopHost()))
	require.NoError(t, p.shutdown(t.Context()))
	require.Equal(t, 1, lines.FilterMessageSnippet("catalog::file is not set").Len())
	require.Equal(t, 1, lines.FilterMessageSnippet("trusted_peers is empty").Len())
	require.Equal(t, 1, lines.FilterMessageSnippet("edges is empty").Len())
}

func TestMetadataFileSaysWhatTheCodeDoes(t *testing.T) {
	var file struct {
		Type   string `yaml:"type"`
		Status struct {
			Stability map[string][]string `yaml:"stability"`
		} `yaml:"status"`
		Attributes map[string]struct {
			Enum []string `yaml:"enum"`
		} `yaml:"attributes"`
		Telemetry struct {
			Metrics map[string]any `yaml:"metrics"`
		} `yaml:"telemetry"`
	}
	require.NoError(t, yaml.Unmarshal(readFile(t, "metadata.yaml"), &file))
	require.Equal(t, metadata.Type.String(), file.Type)
	require.Equal(t, map[string][]string{"alpha": {"traces", "logs"}}, file.Status.Stability)
	require.Equal(t, "Alpha", metadata.TracesStability.String())
	require.Equal(t, "Alpha", metadata.LogsStability.String())

	values := func(n int, name func(int) string) (values []string) {
		for i := range n {
			if name(i) != "" {
				values = append(values, name(i))
			}
		}
		return values
	}
	require.Equal(t, values(identity.Statuses, func(i int) string { return identity.Status(i).String() }), file.Attributes["status"].Enum)
	require.Equal(t, values(identity.Methods, func(i int) string { return identity.Method(i).String() }), file.Attributes["method"].Enum)
	require.Equal(t, values(identity.Reasons, func(i int) string { return identity.Reason(i).String() }), file.Attributes["reason"].Enum)
	for _, name := range []string{"records", "clamped", "stripped", "catalog_reloads"} {
		require.Contains(t, file.Telemetry.Metrics, "processor_identity_"+name)
	}
	require.Len(t, file.Telemetry.Metrics, 4)
}
