package intakereceiver

import (
	"bytes"
	"path/filepath"
	"testing"
	"time"

	"github.com/weir-otel/weir/receiver/intakereceiver/internal/accesslog"
)

// BenchmarkDecode reads a body of 100 copies of each format's first sample.
func BenchmarkDecode(b *testing.B) {
	samples := map[string]string{
		formatKong: "batch_authenticated.json", formatAPISIX: "batch.json", formatEnvoy: "envoy_gateway.ndjson", formatNGINX: "certificate.ndjson",
		formatTraefik: "access_log.ndjson", formatAWSAPIGW: "rest_api.ndjson", formatAzureAPIM: "single.json", formatTyk: "pump_stdout.json",
	}
	for _, f := range createDefaultConfig().(*Config).accessLogs() {
		b.Run(f.name, func(b *testing.B) {
			sample := read(b, filepath.Join("internal", packageOf(f), "testdata", samples[f.name]))
			sample = bytes.ReplaceAll(sample, []byte("\n"), []byte(" "))
			body := bytes.Repeat(append(sample, '\n'), 100)
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			spans := 0
			for b.Loop() {
				td, _, err := f.accessLog.Decode(body, accesslog.Options{ServiceName: f.name, Now: time.Unix(0, 0)})
				if err != nil {
					b.Fatal(err)
				}
				spans += td.SpanCount()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(spans), "ns/span")
		})
	}
}
