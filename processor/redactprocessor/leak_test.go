package redactprocessor

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/processor/processortest"

	"github.com/weir-otel/weir/internal/redact/redacttest"
	"github.com/weir-otel/weir/processor/redactprocessor/internal/metadata"
)

func newTestRedactor(t testing.TB, change func(*Config)) *redactor {
	t.Helper()
	cfg := createDefaultConfig().(*Config)
	if change != nil {
		change(cfg)
	}
	r, err := newRedactor(cfg, processortest.NewNopSettings(metadata.Type))
	require.NoError(t, err)
	return r
}

// holds is the search of the leak test: OTLP as protobuf and as JSON, where
// bytes are base64.
func holds(t *testing.T, proto, jsonText []byte, secret string) bool {
	t.Helper()
	if bytes.Contains(proto, []byte(secret)) {
		return true
	}
	escaped, err := json.Marshal(secret)
	require.NoError(t, err)
	if bytes.Contains(jsonText, escaped[1:len(escaped)-1]) {
		return true
	}
	for _, field := range strings.Split(string(jsonText), `"`) {
		if decoded, err := base64.StdEncoding.DecodeString(field); err == nil && bytes.Contains(decoded, []byte(secret)) {
			return true
		}
	}
	return false
}

// leaks plants every sample in one place and reports which detectors' secrets
// are found in the output.
func leaks(t *testing.T, run func(text string) (proto, jsonText []byte)) (found []string) {
	t.Helper()
	for _, s := range redacttest.Samples() {
		proto, jsonText := run(s.Text)
		if holds(t, proto, jsonText, s.Secret) {
			found = append(found, s.Detector)
		}
	}
	return found
}

// The same search must find every sample when redaction is off, or a green leak
// test would mean nothing.
func checkPlace(t *testing.T, name string, run func(r *redactor, text string) (proto, jsonText []byte)) {
	t.Helper()
	on, off := newTestRedactor(t, nil), newTestRedactor(t, func(c *Config) { c.Mode = ModeDryRun })
	require.Empty(t, leaks(t, func(text string) (_, _ []byte) { return run(on, text) }), name)
	require.Len(t, leaks(t, func(text string) (_, _ []byte) { return run(off, text) }), len(redacttest.Samples()), "positive control: %s", name)
}

func TestNoSecretLeavesAnyPlaceOfTraces(t *testing.T) {
	for _, place := range tracePlaces() {
		checkPlace(t, place.name, func(r *redactor, text string) (_, _ []byte) {
			td := newTraces()
			place.plant(td, text)
			td, err := r.processTraces(context.Background(), td)
			require.NoError(t, err)
			proto, err := new(ptrace.ProtoMarshaler).MarshalTraces(td)
			require.NoError(t, err)
			jsonText, err := new(ptrace.JSONMarshaler).MarshalTraces(td)
			require.NoError(t, err)
			return proto, jsonText
		})
	}
}

func TestNoSecretLeavesAnyPlaceOfLogs(t *testing.T) {
	for _, place := range logPlaces() {
		checkPlace(t, place.name, func(r *redactor, text string) (_, _ []byte) {
			ld := newLogs()
			place.plant(ld, text)
			ld, err := r.processLogs(context.Background(), ld)
			require.NoError(t, err)
			proto, err := new(plog.ProtoMarshaler).MarshalLogs(ld)
			require.NoError(t, err)
			jsonText, err := new(plog.JSONMarshaler).MarshalLogs(ld)
			require.NoError(t, err)
			return proto, jsonText
		})
	}
}

func TestNoSecretLeavesAnyPlaceOfMetrics(t *testing.T) {
	for _, place := range metricPlaces() {
		checkPlace(t, place.name, func(r *redactor, text string) (_, _ []byte) {
			md := newMetrics()
			place.plant(md, text)
			md, err := r.processMetrics(context.Background(), md)
			require.NoError(t, err)
			proto, err := new(pmetric.ProtoMarshaler).MarshalMetrics(md)
			require.NoError(t, err)
			jsonText, err := new(pmetric.JSONMarshaler).MarshalMetrics(md)
			require.NoError(t, err)
			return proto, jsonText
		})
	}
}
