package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/open-telemetry/opentelemetry-collector-contrib/exporter/clickhouseexporter"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/exporter/exportertest"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/weir-otel/weir/exporter/clickhousestoreexporter"
	"github.com/weir-otel/weir/internal/chdb"
)

const storeTimeout = 10 * time.Minute

// subject is one exporter under measurement.
type subject struct {
	factory  exporter.Factory
	settings map[string]any
	table    string
}

// measured is what one exporter needed, per span.
type measured struct{ acknowledged, stored, bytes float64 }

// dataset is what is stored; batch has the next spans of it.
type dataset struct {
	name      string
	generator func(start time.Time, spans int) (batch func(spans int) ptrace.Traces)
}

var datasets = []dataset{
	{"realistic", func(start time.Time, spans int) func(int) ptrace.Traces { return newRealistic(start, spans).batch }},
	{"synthetic", func(start time.Time, spans int) func(int) ptrace.Traces { return newGenerator(start, spans).batch }},
}

// engine is where both exporters write to.
type engine struct {
	*chdb.Server
	conn      driver.Conn
	directory string
}

func startEngine(ctx context.Context) (e *engine, err error) {
	e = &engine{}
	if e.directory, err = os.MkdirTemp("", "weir-bench-*"); err != nil {
		return nil, err
	}
	e.Server, err = chdb.Start(ctx, chdb.Config{Endpoint: "127.0.0.1:0", Directory: filepath.Join(e.directory, "engine")})
	if err != nil {
		return nil, err
	}
	username, password := e.Credentials()
	e.conn, err = clickhouse.Open(&clickhouse.Options{
		Protocol: clickhouse.HTTP, Addr: []string{strings.TrimPrefix(e.Endpoint(), "http://")},
		Auth: clickhouse.Auth{Username: username, Password: password},
	})
	return e, err
}

func (e *engine) stop(ctx context.Context) {
	e.conn.Close()            //nolint:errcheck // nothing is waiting in it
	e.Shutdown(ctx)           //nolint:errcheck // its folder goes with it
	os.RemoveAll(e.directory) //nolint:errcheck // a folder of temporary files
}

// server is how exporters reach the engine.
func (e *engine) server(database string) map[string]any {
	username, password := e.Credentials()
	return map[string]any{"endpoint": e.Endpoint(), "username": username, "password": password, "database": database}
}

// benchStore sends the same spans through both exporters into one engine, and
// looks at what they take on disk: contrib's table otel_traces without its table
// of trace ids, Weir's table spans without action_reports, which contrib has
// nothing like.
func benchStore(ctx context.Context, spans int) ([]result, error) {
	e, err := startEngine(ctx)
	if err != nil {
		return nil, err
	}
	defer e.stop(ctx)
	var results []result
	for _, d := range datasets {
		contrib, err := e.measure(ctx, contribSubject(e.server("contrib_"+d.name)), d, spans)
		if err != nil {
			return nil, fmt.Errorf("contrib's clickhouse: %w", err)
		}
		weir, err := e.measure(ctx, weirSubject(e.server("weir_"+d.name), filepath.Join(e.directory, "segments-"+d.name)), d, spans)
		if err != nil {
			return nil, fmt.Errorf("clickhouse_store: %w", err)
		}
		results = append(results,
			result{what: "clickhouse, " + d.name + ", until acknowledged", unit: "ns/span", weir: weir.acknowledged, contrib: contrib.acknowledged},
			result{what: "clickhouse, " + d.name + ", until stored", unit: "ns/span", weir: weir.stored, contrib: contrib.stored},
			result{what: "clickhouse, " + d.name + ", on disk", unit: "bytes/span", weir: weir.bytes, contrib: contrib.bytes, wanted: wantedOnDisk(d, weir, contrib)},
		)
	}
	return results, nil
}

// wantedOnDisk is a share of contrib's bytes, or a size that does not depend on
// the machine.
func wantedOnDisk(d dataset, weir, contrib measured) string {
	if d.name == "synthetic" {
		return "≤ 55"
	}
	return fmt.Sprintf("≤ 0.7×, is %.2f×", weir.bytes/contrib.bytes)
}

func weirSubject(server map[string]any, directory string) subject {
	return subject{
		factory: clickhousestoreexporter.NewFactory(),
		settings: map[string]any{
			"clickhouse": server, "directory": directory, "compat_database": "",
			"recompute_interval": "1h",                            // rollups are what contrib does not have
			"segment":            map[string]any{"max_age": "1s"}, // waiting longer for more is not measured
		},
		table: server["database"].(string) + ".spans",
	}
}

// contribSubject acknowledges when the rows are inserted: its queue would
// acknowledge what a crash loses.
func contribSubject(server map[string]any) subject {
	settings := map[string]any{"sending_queue": map[string]any{"enabled": false}, "ttl": "720h"}
	for key, value := range server {
		settings[key] = value
	}
	return subject{
		factory: clickhouseexporter.NewFactory(), settings: settings,
		table: server["database"].(string) + ".otel_traces",
	}
}

// start makes a subject ready.
func (s subject) start(ctx context.Context) (exporter.Traces, error) {
	cfg, err := configure(s.factory, s.settings)
	if err != nil {
		return nil, err
	}
	if validator, ok := cfg.(interface{ Validate() error }); ok {
		if err := validator.Validate(); err != nil {
			return nil, err
		}
	}
	e, err := s.factory.CreateTraces(ctx, exportertest.NewNopSettings(s.factory.Type()), cfg)
	if err != nil {
		return nil, err
	}
	return e, e.Start(ctx, componenttest.NewNopHost())
}

// measure leaves out the time that making the spans takes, as far as the exporter
// does not work meanwhile.
func (e *engine) measure(ctx context.Context, s subject, d dataset, spans int) (m measured, err error) {
	started, err := s.start(ctx)
	if err != nil {
		return m, err
	}
	defer shutdown(ctx, started)
	next := d.generator(time.Now().UTC().Truncate(24*time.Hour).AddDate(0, 0, -1), spans)
	var consuming time.Duration
	for sent := 0; sent < spans; sent += batchSize {
		batch := next(min(batchSize, spans-sent))
		start := time.Now()
		if err := started.ConsumeTraces(ctx, batch); err != nil {
			return m, err
		}
		consuming += time.Since(start)
	}
	start := time.Now()
	if err := awaitRows(ctx, e.conn, s.table, uint64(spans)); err != nil {
		return m, err
	}
	m.acknowledged = float64(consuming.Nanoseconds()) / float64(spans)
	m.stored = float64((consuming + time.Since(start)).Nanoseconds()) / float64(spans)
	m.bytes, err = bytesOfRow(ctx, e.conn, s.table)
	return m, err
}

// bytesOfRow is of merged parts, with their indexes and marks: how many there
// were is chance. A retry of contrib's may have stored spans twice.
func bytesOfRow(ctx context.Context, conn driver.Conn, table string) (bytes float64, err error) {
	if err := conn.Exec(ctx, "OPTIMIZE TABLE "+table+" FINAL"); err != nil {
		return 0, err
	}
	err = conn.QueryRow(ctx, "SELECT sum(bytes_on_disk) / sum(rows) FROM system.parts WHERE active AND concat(database, '.', table) = ?", table).Scan(&bytes)
	return bytes, err
}

func awaitRows(ctx context.Context, conn driver.Conn, table string, want uint64) error {
	ctx, cancel := context.WithTimeout(ctx, storeTimeout)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		var rows uint64
		if err := conn.QueryRow(ctx, "SELECT count() FROM "+table).Scan(&rows); err == nil && rows >= want {
			return nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return fmt.Errorf("%d rows were not there in %s: %w", want, storeTimeout, ctx.Err())
		}
	}
}

func shutdown(ctx context.Context, c component.Component) {
	if err := c.Shutdown(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "bench: cannot shut down:", err)
	}
}
