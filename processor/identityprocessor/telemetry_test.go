package identityprocessor

import (
	"context"
	"fmt"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
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

// sums reads a counter by the values of its attributes, in the order of their keys.
func sums(t *testing.T, telemetry *componenttest.Telemetry, name string) map[string]int64 {
	t.Helper()
	found, err := telemetry.GetMetric("otelcol_processor_identity_" + name)
	require.NoError(t, err)
	values := map[string]int64{}
	for _, point := range found.Data.(metricdata.Sum[int64]).DataPoints {
		var texts []string
		for _, kv := range point.Attributes.ToSlice() {
			if text := kv.Value.AsString(); text != "" {
				texts = append(texts, text)
			}
		}
		values[strings.Join(texts, " ")] = point.Value
	}
	return values
}

// counted is a processor of testdata/catalog.yaml whose metrics can be read.
func counted(t *testing.T) (running, *componenttest.Telemetry) {
	t.Helper()
	config := createDefaultConfig().(*Config)
	config.TrustedPeers = []PeerConfig{{CIDR: "127.0.0.0/8"}}
	p, telemetry, _ := observed(t, config)
	c, err := catalog.Load(filepath.Join("testdata", "catalog.yaml"))
	require.NoError(t, err)
	p.resolver.Store(identity.NewResolver(c, p.options))
	return running{p, t}, telemetry
}

func TestRecordsAreCountedByKindStatusMethodAndReason(t *testing.T) {
	r, telemetry := counted(t)
	r.traces(from(loopback), "s", func(spans ptrace.SpanSlice) {
		newSpan(t, spans, ptrace.SpanKindServer, map[string]any{"jwt.claims.azp": "crm-sync"}).SetTraceID(traceOne)
		newSpan(t, spans, ptrace.SpanKindInternal, nil).SetTraceID(traceOne)
		newSpan(t, spans, ptrace.SpanKindServer, map[string]any{"jwt.claims.azp": "stranger", "lowcode.x": "y"})
		newSpan(t, spans, ptrace.SpanKindServer, nil).SetStartTimestamp(pcommon.Timestamp(1))
	})
	r.log(from(loopback), map[string]any{"jwt.claims.azp": "crm-sync"})
	r.gauge(from(loopback), map[string]any{"jwt.claims.azp": "crm-sync"})
	require.Equal(t, map[string]int64{
		"call jwt_claim verified": 1, "span trace_parent inherited": 1,
		"call unknown_key unattributed": 1, "call no_signal unattributed": 1,
		"log jwt_claim verified": 1, "data_point jwt_claim verified": 1,
	}, sums(t, telemetry, "records"))
	require.Equal(t, map[string]int64{"": 1}, sums(t, telemetry, "clamped"))
	require.Equal(t, map[string]int64{"": 1}, sums(t, telemetry, "stripped"))
}

func TestCallsAreCountedByServiceAndStatus(t *testing.T) {
	r, telemetry := counted(t)
	for range 2 {
		r.traces(from(loopback), "orders", func(spans ptrace.SpanSlice) {
			newSpan(t, spans, ptrace.SpanKindServer, map[string]any{"jwt.claims.azp": "crm-sync"})
			newSpan(t, spans, ptrace.SpanKindServer, nil)
			newSpan(t, spans, ptrace.SpanKindInternal, nil)
		})
	}
	r.traces(from(loopback), "idle", func(spans ptrace.SpanSlice) { newSpan(t, spans, ptrace.SpanKindInternal, nil) })
	r.traces(from(loopback), "stock", func(spans ptrace.SpanSlice) { newSpan(t, spans, ptrace.SpanKindServer, nil) })
	require.Equal(t, map[string]int64{"orders verified": 2, "orders unattributed": 2, "stock unattributed": 1}, sums(t, telemetry, "calls"))
}

func TestServicesBeyondTheFirstHundredShareOneLabel(t *testing.T) {
	r, telemetry := counted(t)
	services := []string{strings.Repeat("x", 129)}
	for i := range 150 {
		services = append(services, fmt.Sprintf("service-%d", i))
	}
	for _, service := range services {
		r.traces(from(loopback), service, func(spans ptrace.SpanSlice) { newSpan(t, spans, ptrace.SpanKindServer, nil) })
	}
	got := sums(t, telemetry, "calls")
	require.Len(t, got, 101)
	require.Equal(t, int64(51), got["other unattributed"])
	require.Equal(t, int64(1), got["service-99 unattributed"])
}

func TestAServiceThatAStrangerInventsHasNoLabelOfItsOwn(t *testing.T) {
	r, telemetry := counted(t)
	call := func(sender net.Addr, service string, attributes ...map[string]any) {
		r.traces(from(sender), service, func(spans ptrace.SpanSlice) {
			for _, of := range attributes {
				newSpan(t, spans, ptrace.SpanKindServer, of)
			}
		})
	}
	call(stranger, "invented", nil)
	call(stranger, "partner", nil, map[string]any{"jwt.claims.azp": "crm-sync"}, nil)
	call(stranger, "orders", nil)
	call(loopback, "orders", nil)
	call(stranger, "orders", nil)
	require.Equal(t, map[string]int64{
		"other unattributed": 3, "partner claimed": 1, "partner unattributed": 1, "orders unattributed": 2,
	}, sums(t, telemetry, "calls"))
}

func TestLabelsOfServicesAreValidUTF8(t *testing.T) {
	r, telemetry := counted(t)
	for range 2 {
		r.traces(from(loopback), "orders\xff", func(spans ptrace.SpanSlice) { newSpan(t, spans, ptrace.SpanKindServer, nil) })
	}
	require.Equal(t, map[string]int64{"orders\uFFFD unattributed": 2}, sums(t, telemetry, "calls"))
}

func TestCallsAreCountedByWhatIsKnownOfTheirTrace(t *testing.T) {
	r, telemetry := counted(t)
	call := func(trace pcommon.TraceID, span, parent byte, kind ptrace.SpanKind, attributes map[string]any) {
		r.traces(from(loopback), "s", func(spans ptrace.SpanSlice) {
			s := newSpan(t, spans, kind, attributes)
			s.SetTraceID(trace)
			s.SetSpanID(pcommon.SpanID{span})
			if parent != 0 {
				s.SetParentSpanID(pcommon.SpanID{parent})
			}
			child := newSpan(t, spans, ptrace.SpanKindInternal, nil)
			child.SetTraceID(trace)
			child.SetSpanID(pcommon.SpanID{span + 1})
			child.SetParentSpanID(pcommon.SpanID{span})
		})
	}
	call(pcommon.TraceID{}, 1, 0, ptrace.SpanKindServer, nil)
	call(traceOne, 1, 0, ptrace.SpanKindServer, map[string]any{"jwt.claims.azp": "crm-sync"})
	call(traceOne, 3, 99, ptrace.SpanKindServer, nil)
	call(traceOne, 5, 99, ptrace.SpanKindServer, map[string]any{"jwt.claims.azp": "stranger"})
	call(pcommon.TraceID{2}, 7, 99, ptrace.SpanKindServer, nil)
	call(pcommon.TraceID{2}, 9, 0, ptrace.SpanKindClient, map[string]any{"http.method": "GET"})
	require.Equal(t, map[string]int64{"none": 1, "root": 1, "seen": 1, "unseen": 2}, sums(t, telemetry, "trace_context"))
}

func TestInheritedRecordsAndForgottenTracesAreCounted(t *testing.T) {
	r, telemetry := counted(t)
	r.identityProcessor.traces = identity.NewTraces(8, time.Minute)
	for i := range byte(9) {
		r.traces(from(loopback), "s", func(spans ptrace.SpanSlice) {
			newSpan(t, spans, ptrace.SpanKindServer, map[string]any{"jwt.claims.azp": "crm-sync"}).SetTraceID(pcommon.TraceID{i + 1})
			newSpan(t, spans, ptrace.SpanKindInternal, nil).SetTraceID(pcommon.TraceID{i + 1})
		})
	}
	r.traces(from(loopback), "s", func(spans ptrace.SpanSlice) {
		newSpan(t, spans, ptrace.SpanKindInternal, nil).SetTraceID(pcommon.TraceID{9})
	})
	require.Equal(t, map[string]int64{"batch": 9, "trace_cache": 1}, sums(t, telemetry, "inherited"))
	require.Equal(t, map[string]int64{"": 1}, sums(t, telemetry, "trace_cache_evictions"))
}

func TestStartSaysWhatMissingSettingsMean(t *testing.T) {
	p, _, lines := observed(t, createDefaultConfig().(*Config))
	require.NoError(t, p.start(t.Context(), componenttest.NewNopHost()))
	require.NoError(t, p.shutdown(t.Context()))
	require.Equal(t, 1, lines.FilterMessageSnippet("catalog names no file, url or table").Len())
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
	require.Equal(t, map[string][]string{"alpha": {"traces", "logs", "metrics"}}, file.Status.Stability)
	for _, level := range []component.StabilityLevel{metadata.TracesStability, metadata.LogsStability, metadata.MetricsStability} {
		require.Equal(t, "Alpha", level.String())
	}

	values := func(n int, name func(int) string) (values []string) {
		for i := range n {
			if name(i) != "" {
				values = append(values, name(i))
			}
		}
		return values
	}
	enum := func(name string) []string { return file.Attributes[name].Enum }
	require.Equal(t, values(identity.Statuses, func(i int) string { return identity.Status(i).String() }), enum("status"))
	require.Equal(t, values(identity.Methods, func(i int) string { return identity.Method(i).String() }), enum("method"))
	require.Equal(t, values(identity.Reasons, func(i int) string { return identity.Reason(i).String() }), enum("reason"))
	require.Equal(t, kindNames[:], enum("kind"))
	require.Equal(t, contextNames[:], enum("context"))
	metrics := []string{"records", "calls", "trace_context", "inherited", "trace_cache_evictions", "clamped", "stripped", "catalog_reloads"}
	for _, name := range metrics {
		require.Contains(t, file.Telemetry.Metrics, "processor_identity_"+name)
	}
	require.Len(t, file.Telemetry.Metrics, len(metrics))
}
