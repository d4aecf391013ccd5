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

const storeTimeout = 5 * time.Minute

// subject is one exporter under measurement.
type subject struct {
	factory  exporter.Factory
	settings map[string]any
	table    string
}

// measured is what one exporter needed.
type measured struct{ acknowledged, stored, bytes float64 }

// benchStore sends the same spans through both exporters into one engine.
func benchStore(ctx context.Context, spans int) ([]result, error) {
	directory, err := os.MkdirTemp("", "weir-bench-*")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(directory) //nolint:errcheck // a folder of temporary files
	engine, err := chdb.Start(ctx, chdb.Config{Endpoint: "127.0.0.1:0", Directory: filepath.Join(directory, "engine")})
	if err != nil {
		return nil, err
	}
	defer engine.Shutdown(ctx) //nolint:errcheck // its folder goes with it
	username, password := engine.Credentials()
	conn, err := clickhouse.Open(&clickhouse.Options{
		Protocol: clickhouse.HTTP, Addr: []string{strings.TrimPrefix(engine.Endpoint(), "http://")},
		Auth: clickhouse.Auth{Username: username, Password: password},
	})
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	server := map[string]any{"endpoint": engine.Endpoint(), "username": username, "password": password}

	contrib, err := measure(ctx, conn, contribSubject(server), spans)
	if err != nil {
		return nil, fmt.Errorf("contrib's clickhouse: %w", err)
	}
	weir, err := measure(ctx, conn, weirSubject(server, directory), spans)
	if err != nil {
		return nil, fmt.Errorf("clickhouse_store: %w", err)
	}
	return []result{
		{what: "clickhouse, until acknowledged", unit: "ns/span", weir: weir.acknowledged, contrib: contrib.acknowledged},
		{what: "clickhouse, until stored", unit: "ns/span", weir: weir.stored, contrib: contrib.stored},
		{what: "clickhouse, on disk", unit: "bytes/span", weir: weir.bytes, contrib: contrib.bytes},
	}, nil
}

func weirSubject(server map[string]any, directory string) subject {
	return subject{
		factory: clickhousestoreexporter.NewFactory(),
		settings: map[string]any{
			"clickhouse": server, "directory": filepath.Join(directory, "segments"),
			"recompute_interval": "1h",                               // rollups are what contrib does not have
			"segment":            map[string]any{"max_age": "200ms"}, // waiting for more is not measured
		},
		table: "weir.spans",
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
		table: "default.otel_traces",
	}
}

func measure(ctx context.Context, conn driver.Conn, s subject, spans int) (m measured, err error) {
	cfg, err := configure(s.factory, s.settings)
	if err != nil {
		return m, err
	}
	if validator, ok := cfg.(interface{ Validate() error }); ok {
		if err := validator.Validate(); err != nil {
			return m, err
		}
	}
	e, err := s.factory.CreateTraces(ctx, exportertest.NewNopSettings(s.factory.Type()), cfg)
	if err != nil {
		return m, err
	}
	if err := e.Start(ctx, componenttest.NewNopHost()); err != nil {
		return m, err
	}
	defer shutdown(ctx, e)

	batches := prepare(spans)
	start := time.Now()
	for _, batch := range batches {
		if err := e.ConsumeTraces(ctx, batch); err != nil {
			return m, err
		}
	}
	m.acknowledged = float64(time.Since(start).Nanoseconds()) / float64(spans)
	if err := awaitRows(ctx, conn, s.table, uint64(spans)); err != nil {
		return m, err
	}
	m.stored = float64(time.Since(start).Nanoseconds()) / float64(spans)
	bytes, err := bytesOnDisk(ctx, conn, s.table)
	m.bytes = float64(bytes) / float64(spans)
	return m, err
}

// bytesOnDisk is of one merged part: how many there were is chance.
func bytesOnDisk(ctx context.Context, conn driver.Conn, table string) (bytes uint64, err error) {
	if err := conn.Exec(ctx, "OPTIMIZE TABLE "+table+" FINAL"); err != nil {
		return 0, err
	}
	err = conn.QueryRow(ctx, "SELECT sum(bytes_on_disk) FROM system.parts WHERE active AND concat(database, '.', table) = ?", table).Scan(&bytes)
	return bytes, err
}

func prepare(spans int) []ptrace.Traces {
	g := newGenerator(time.Now().Add(-time.Hour).Truncate(time.Hour))
	var batches []ptrace.Traces
	for sent := 0; sent < spans; sent += batchSize {
		batches = append(batches, g.batch(min(batchSize, spans-sent)))
	}
	return batches
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
