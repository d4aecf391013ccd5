package leak_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/exporter/exportertest"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/processor/processortest"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"github.com/weir-otel/weir/exporter/clickhousestoreexporter"
	"github.com/weir-otel/weir/internal/chdb/chdbtest"
	"github.com/weir-otel/weir/internal/leak"
	"github.com/weir-otel/weir/internal/recompute"
	"github.com/weir-otel/weir/internal/redact/redacttest"
	"github.com/weir-otel/weir/processor/redactprocessor"
)

// Every detector's value is planted in every place that is stored, and is then
// searched for in all that Weir leaves behind. The positive control is the same
// run without the redact processor.

func TestNoValueOfAnyDetectorIsStoredOrTold(t *testing.T) {
	samples := redacttest.Samples()
	found, searched := storeAndSearch(t, samples, true)
	require.Empty(t, found.Places())
	require.Greater(t, searched.Rows, 3*len(samples))
	require.Positive(t, searched.Segments)
}

func TestTheSearchFindsEveryValueWithoutRedaction(t *testing.T) {
	samples := redacttest.Samples()
	found, _ := storeAndSearch(t, samples, false)
	for _, s := range samples {
		for _, place := range []string{
			"table `weir`.`spans`", "table `weir`.`logs`", "table `weir`.`resources`", "table `weir`.`action_reports`", "table `weir`.`actions`",
			"segment, table spans", "segment, table logs", "segment, table resources",
		} {
			require.True(t, found.In(s.Detector, place), "%s is not found in %s, but in %v", s.Detector, place, found[s.Detector])
		}
		require.True(t, found.In(s.Detector, "dead letter, segment, "), "%s is not found in the dead letters", s.Detector)
	}
}

// storeAndSearch runs the telemetry of all samples through the pipeline into
// segments, tables and dead letters, and searches all of them, the components'
// own logs and metrics included.
func storeAndSearch(t *testing.T, samples []redacttest.Sample, redacted bool) (leak.Found, leak.Searched) {
	t.Helper()
	var needles []leak.Needle
	for _, s := range samples {
		needles = append(needles, leak.Encodings(s.Detector, needle(s))...)
	}
	search := leak.New(needles)
	server := chdbtest.Start(t)
	p := &pipeline{t: t, redacted: redacted, directory: t.TempDir(), telemetry: componenttest.NewTelemetry()}

	// The database is away: all of it waits in segments.
	stop := p.start("http://127.0.0.1:1", server)
	p.send(samples)
	stop()
	require.NoError(t, search.Files(p.directory))

	// It is back. Segments come a second time, as after a crash, and count once.
	again := p.segments()
	conn := server.Conn(t, "default")
	p.deliver(server, conn, len(samples))
	hits := countedHits(t, conn)
	for name, content := range again {
		require.NoError(t, os.WriteFile(name, content, 0o600))
	}
	p.deliver(server, conn, len(samples))
	require.Equal(t, hits, countedHits(t, conn))
	if redacted {
		require.Positive(t, hits["sensitive_key span"])
		for _, s := range samples {
			require.Positive(t, hits[s.Detector+" span"], s.Detector)
			require.Positive(t, hits[s.Detector+" log"], s.Detector)
		}
	}

	// It refuses the log records of one severity.
	stop = p.start(server.Endpoint, server)
	require.NoError(t, conn.Exec(t.Context(), "ALTER TABLE weir.logs ADD CONSTRAINT refused CHECK severity_number != 13"))
	p.refused(samples)
	require.Eventually(t, func() bool { return len(p.deadLetters()) > 0 && p.sent() }, patience, 50*time.Millisecond)
	stop()
	require.NoError(t, search.Tables(t.Context(), conn))
	letters := leak.New(needles)
	require.NoError(t, letters.Files(filepath.Join(p.directory, "dead-letter")))
	require.Positive(t, letters.Searched.Segments)
	search.Found.Merge("dead letter, ", letters.Found)
	search.Bytes(p.log.content(), "Weir's own log")
	search.Bytes(p.metrics(), "Weir's own metrics")
	return search.Found, search.Searched
}

// needle is what must not be found of a sample. A short secret, such as three
// digits, is anywhere by chance: with what stands around it it is not.
func needle(s redacttest.Sample) string {
	const long = 9
	if len(s.Secret) >= long {
		return s.Secret
	}
	return s.Text
}

// patience is for a busy machine.
const patience = 3 * time.Minute

// pipeline is redact in front of clickhouse_store.
type pipeline struct {
	t         *testing.T
	redacted  bool
	directory string
	telemetry *componenttest.Telemetry
	log       buffer
	traces    consumer.Traces
	logs      consumer.Logs
}

// settings let components tell all they can.
func (p *pipeline) settings() component.TelemetrySettings {
	set := p.telemetry.NewTelemetrySettings()
	set.Logger = zap.New(zapcore.NewCore(zapcore.NewJSONEncoder(zap.NewProductionEncoderConfig()), &p.log, zap.DebugLevel))
	return set
}

// start builds the pipeline and runs it until stop is called.
func (p *pipeline) start(endpoint string, server *chdbtest.Server) (stop func()) {
	t := p.t
	factory := clickhousestoreexporter.NewFactory()
	cfg := factory.CreateDefaultConfig().(*clickhousestoreexporter.Config)
	cfg.ClickHouse.Endpoint, cfg.ClickHouse.Username, cfg.ClickHouse.Password = endpoint, server.Username, configopaque.String(server.Password)
	cfg.Directory, cfg.RecomputeInterval, cfg.Segment.MaxAge = p.directory, 50*time.Millisecond, 50*time.Millisecond
	set := exportertest.NewNopSettings(factory.Type())
	set.TelemetrySettings = p.settings()
	traces, err := factory.CreateTraces(t.Context(), set, cfg)
	require.NoError(t, err)
	logs, err := factory.CreateLogs(t.Context(), set, cfg)
	require.NoError(t, err)
	components := []component.Component{traces, logs}
	p.traces, p.logs = traces, logs
	if p.redacted {
		components = append(components, p.redact()...)
	}
	for _, c := range components {
		require.NoError(t, c.Start(t.Context(), componenttest.NewNopHost()))
	}
	return func() {
		for i := range components { // senders first
			require.NoError(t, components[len(components)-1-i].Shutdown(context.WithoutCancel(t.Context())))
		}
	}
}

func (p *pipeline) redact() []component.Component {
	factory := redactprocessor.NewFactory()
	set := processortest.NewNopSettings(factory.Type())
	set.TelemetrySettings = p.settings()
	cfg := factory.CreateDefaultConfig()
	talkative := confmap.NewFromStringMap(map[string]any{"audit": true, "self_check": map[string]any{"sample_ratio": 1}})
	require.NoError(p.t, talkative.Unmarshal(cfg))
	traces, err := factory.CreateTraces(p.t.Context(), set, cfg, p.traces)
	require.NoError(p.t, err)
	logs, err := factory.CreateLogs(p.t.Context(), set, cfg, p.logs)
	require.NoError(p.t, err)
	p.traces, p.logs = traces, logs
	return []component.Component{traces, logs}
}

// perRequest is how many samples go in one request.
const perRequest = 50

func (p *pipeline) send(samples []redacttest.Sample) {
	n := uint64(0)
	for some := range slices.Chunk(samples, perRequest) {
		traces, logs := ptrace.NewTraces(), plog.NewLogs()
		for _, s := range some {
			n++
			plantTraces(traces, n, s.Text)
			plantLogs(logs, s.Text)
		}
		require.NoError(p.t, p.traces.ConsumeTraces(p.t.Context(), traces))
		require.NoError(p.t, p.logs.ConsumeLogs(p.t.Context(), logs))
	}
}

// refused sends log records that the database does not take.
func (p *pipeline) refused(samples []redacttest.Sample) {
	for some := range slices.Chunk(samples, perRequest) {
		logs := plog.NewLogs()
		for _, s := range some {
			plantLogs(logs, s.Text)
		}
		for _, resource := range logs.ResourceLogs().All() {
			for _, record := range resource.ScopeLogs().At(0).LogRecords().All() {
				record.SetSeverityNumber(13)
			}
		}
		require.NoError(p.t, p.logs.ConsumeLogs(p.t.Context(), logs))
	}
}

// segments are those that wait, by path.
func (p *pipeline) segments() map[string][]byte {
	all := map[string][]byte{}
	paths, err := filepath.Glob(filepath.Join(p.directory, "*.seg"))
	require.NoError(p.t, err)
	require.NotEmpty(p.t, paths)
	for _, path := range paths {
		all[path], err = os.ReadFile(path)
		require.NoError(p.t, err)
	}
	return all
}

// deliver runs the pipeline until the database has all segments and what is
// computed from them.
func (p *pipeline) deliver(server *chdbtest.Server, conn driver.Conn, actions int) {
	stop := p.start(server.Endpoint, server)
	require.Eventually(p.t, func() bool {
		return p.sent() && rows(p.t, conn, "weir.actions") >= uint64(actions)
	}, patience, 50*time.Millisecond)
	weir := server.Conn(p.t, "weir")
	require.Eventually(p.t, func() bool {
		pending, err := recompute.Pending(p.t.Context(), weir)
		return err == nil && pending == 0
	}, patience, 50*time.Millisecond)
	stop()
}

// sent says that no segment waits, sealed or open.
func (p *pipeline) sent() bool {
	sealed, err := filepath.Glob(filepath.Join(p.directory, "*.seg"))
	require.NoError(p.t, err)
	open, err := filepath.Glob(filepath.Join(p.directory, "*.open"))
	require.NoError(p.t, err)
	return len(sealed) == 0 && len(open) == 0
}

func (p *pipeline) deadLetters() []string {
	letters, err := filepath.Glob(filepath.Join(p.directory, "dead-letter", "*.seg"))
	require.NoError(p.t, err)
	return letters
}

// metrics writes out what the components measured, names and attributes.
func (p *pipeline) metrics() []byte {
	var all metricdata.ResourceMetrics
	require.NoError(p.t, p.telemetry.Reader.Collect(p.t.Context(), &all))
	var out bytes.Buffer
	for _, scope := range all.ScopeMetrics {
		require.NoError(p.t, json.NewEncoder(&out).Encode(scope))
	}
	require.Contains(p.t, out.String(), "clickhouse_store")
	return out.Bytes()
}

// buffer takes log lines of several goroutines.
type buffer struct {
	mu    sync.Mutex
	lines bytes.Buffer
}

func (b *buffer) Write(line []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.lines.Write(line)
}

func (b *buffer) Sync() error { return nil }

func (b *buffer) content() []byte {
	b.mu.Lock()
	defer b.mu.Unlock()
	return bytes.Clone(b.lines.Bytes())
}

// id makes a trace or span id.
func id(n uint64) (trace [16]byte, span [8]byte) {
	binary.BigEndian.PutUint64(trace[:], n)
	binary.BigEndian.PutUint64(span[:], n)
	return trace, span
}
