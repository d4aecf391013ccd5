package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// Contrib's exporter, with its defaults (LZ4, its own tables), takes the
// embedded engine for a ClickHouse server.
func TestContribExporterWritesIntoTheEmbeddedEngine(t *testing.T) {
	const sent = 1000
	c := newCollector(t)
	c.start(t)
	conn, server := c.clickhouse(t)
	foreign := startForeignCollector(t, server)

	telemetrygen := build(t, "github.com/open-telemetry/opentelemetry-collector-contrib/cmd/telemetrygen")
	generate := func(signal string, args ...string) {
		t.Helper()
		run(t, telemetrygen, append([]string{signal, "--otlp-endpoint", foreign, "--otlp-insecure", "--rate", "0", "--workers", "1"}, args...)...)
	}
	generate("traces", "--traces", fmt.Sprint(sent), "--child-spans", "1")
	generate("logs", "--logs", fmt.Sprint(sent))

	await(t, dataTimeout, "all spans and log records", func() bool {
		return count(t, conn, "SELECT count() FROM default.otel_traces") >= 2*sent &&
			count(t, conn, "SELECT count() FROM default.otel_logs") >= sent
	})
	require.EqualValues(t, 2*sent, count(t, conn, "SELECT uniqExact(SpanId) FROM default.otel_traces"))
	require.EqualValues(t, sent, count(t, conn, "SELECT count() FROM default.otel_logs"))
}

// startForeignCollector runs contrib's exporter against the server and returns
// the address of its OTLP receiver.
func startForeignCollector(t *testing.T, server credentials) string {
	t.Helper()
	otlp, metrics := listenAddress(t), listenAddress(t)
	config := filepath.Join(t.TempDir(), "foreign.yaml")
	require.NoError(t, os.WriteFile(config, fmt.Appendf(nil, `
receivers:
  otlp: {protocols: {grpc: {endpoint: %s}}}
exporters:
  clickhouse: {endpoint: %q, username: %q, password: %q}
service:
  telemetry:
    metrics: {readers: [{pull: {exporter: {prometheus: {host: %s, port: %s}}}}]}
  pipelines:
    traces: {receivers: [otlp], exporters: [clickhouse]}
    logs: {receivers: [otlp], exporters: [clickhouse]}
`, otlp, server.Endpoint, server.Username, server.Password, host(metrics), port(metrics)), 0o600))
	p := start(t, build(t, "./foreigncollector"), "--config", config)
	p.awaitOK(t, "http://"+metrics+"/metrics")
	return otlp
}

// build compiles a program of this module, or one that it requires.
func build(t *testing.T, pkg string) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), filepath.Base(pkg))
	run(t, "go", "build", "-o", binary, pkg)
	return binary
}
