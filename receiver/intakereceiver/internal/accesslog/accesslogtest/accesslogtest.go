// Package accesslogtest holds what every decoder is tested by.
package accesslogtest

import (
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/golden"
	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/pdatatest/ptracetest"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/weir-otel/weir/receiver/intakereceiver/internal/accesslog"
)

var update = flag.Bool("update", false, "write the goldens anew")

// Options are those of an entry that arrives at the same time in every test.
func Options() accesslog.Options {
	return accesslog.Options{
		ServiceName: "gateway", Environment: "production",
		Now: time.Date(2026, 8, 20, 9, 13, 0, 0, time.UTC),
	}
}

// Golden holds that the samples, files of testdata, become the spans in
// testdata/golden, and that nothing of them is refused.
func Golden(t *testing.T, format *accesslog.Format, samples ...string) {
	t.Helper()
	for _, sample := range samples {
		t.Run(sample, func(t *testing.T) {
			body, err := os.ReadFile(filepath.Join("testdata", sample))
			require.NoError(t, err)
			td, refused, err := format.Decode(body, Options())
			require.NoError(t, err)
			require.Empty(t, refused)
			path := filepath.Join("testdata", "golden", sample+".yaml")
			if *update {
				require.NoError(t, golden.WriteTracesToFile(path, td))
			}
			want, err := golden.ReadTraces(path)
			require.NoError(t, err)
			require.NoError(t, ptracetest.CompareTraces(want, td))
		})
	}
}

// One decodes a single entry that is known to be good.
func One(t testing.TB, format *accesslog.Format, entry string) ptrace.Span {
	t.Helper()
	td, refused, err := format.Decode([]byte(entry), Options())
	require.NoError(t, err)
	require.Empty(t, refused)
	spans := Spans(td)
	require.Len(t, spans, 1)
	return spans[0]
}

// Attributes decodes a single entry that is known to be good to its attributes.
func Attributes(t testing.TB, format *accesslog.Format, entry string) map[string]any {
	t.Helper()
	return One(t, format, entry).Attributes().AsRaw()
}

// Refused holds that the only entry of the body is refused for this field.
func Refused(t testing.TB, format *accesslog.Format, body, field string) {
	t.Helper()
	td, refused, err := format.Decode([]byte(body), Options())
	require.NoError(t, err)
	require.Zero(t, td.SpanCount(), body)
	require.Len(t, refused, 1, body)
	require.Equal(t, field, refused[0].Field, body)
	require.NotEmpty(t, refused[0].Reason)
	require.NotEmpty(t, refused[0].Expected)
}

// Fuzz holds for any body that spans have ids and an end that is not before their
// start, that refusals have a reason, and that the same body makes the same spans.
// The samples are files of testdata.
func Fuzz(f *testing.F, format *accesslog.Format, samples ...string) {
	f.Helper()
	for _, sample := range samples {
		body, err := os.ReadFile(filepath.Join("testdata", sample))
		require.NoError(f, err)
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		td, refused, err := format.Decode(body, Options())
		if err != nil {
			return
		}
		for _, refusal := range refused {
			require.NotEmpty(t, refusal.Reason)
		}
		for _, span := range Spans(td) {
			require.False(t, span.TraceID().IsEmpty())
			require.False(t, span.SpanID().IsEmpty())
			require.GreaterOrEqual(t, span.EndTimestamp(), span.StartTimestamp())
		}
		again, _, err := format.Decode(body, Options())
		require.NoError(t, err)
		require.Equal(t, marshal(t, td), marshal(t, again))
	})
}

func marshal(t *testing.T, td ptrace.Traces) string {
	t.Helper()
	text, err := (&ptrace.ProtoMarshaler{}).MarshalTraces(td)
	require.NoError(t, err)
	return string(text)
}

// Spans returns all spans in order.
func Spans(td ptrace.Traces) []ptrace.Span {
	var all []ptrace.Span
	for _, rs := range td.ResourceSpans().All() {
		for _, ss := range rs.ScopeSpans().All() {
			for _, span := range ss.Spans().All() {
				all = append(all, span)
			}
		}
	}
	return all
}
