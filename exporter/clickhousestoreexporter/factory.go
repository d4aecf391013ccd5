package clickhousestoreexporter

import (
	"context"
	"sync"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/exporter/exporterhelper"

	"github.com/weir-otel/weir/exporter/clickhousestoreexporter/internal/metadata"
	"github.com/weir-otel/weir/internal/chconn"
	"github.com/weir-otel/weir/internal/schema"
)

// NewFactory returns the factory of the clickhouse_store exporter.
func NewFactory() exporter.Factory {
	f := &stores{byConfig: map[component.Config]*store{}}
	return exporter.NewFactory(metadata.Type, createDefaultConfig,
		exporter.WithTraces(f.createTraces, metadata.TracesStability),
		exporter.WithLogs(f.createLogs, metadata.LogsStability),
		exporter.WithMetrics(f.createMetrics, metadata.MetricsStability),
	)
}

func createDefaultConfig() component.Config {
	return &Config{
		ClickHouse:          chconn.NewDefaultConfig(),
		Directory:           "/var/lib/weir/segments",
		CreateSchema:        SchemaAuto,
		RetentionDays:       schema.DefaultRetentionDays,
		RollupRetentionDays: schema.DefaultRollupRetentionDays,
		CompatDatabase:      schema.DefaultCompatDatabase,
		Collectors:          1,
		Segment:             SegmentConfig{MaxAge: 5 * time.Second, MaxBytesMiB: 16, MaxRows: 200_000},
		MaxDiskMiB:          10 * 1024,
		Durability:          DurabilityDisk,
		DeadLetter:          DeadLetterConfig{MaxMiB: 1024},
		Audit:               AuditConfig{CheckpointInterval: time.Minute},
		RecomputeInterval:   10 * time.Second,
	}
}

// stores shares one store between the signals of a configuration: they write
// into the same folder.
type stores struct {
	mu       sync.Mutex
	byConfig map[component.Config]*store
}

func (f *stores) get(set exporter.Settings, cfg component.Config) (*store, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if s := f.byConfig[cfg]; s != nil {
		return s, nil
	}
	s, err := newStore(set.TelemetrySettings, cfg.(*Config))
	if err != nil {
		return nil, err
	}
	s.forget = func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		delete(f.byConfig, cfg)
	}
	f.byConfig[cfg] = s
	return s, nil
}

func (f *stores) createTraces(ctx context.Context, set exporter.Settings, cfg component.Config) (exporter.Traces, error) {
	s, err := f.get(set, cfg)
	if err != nil {
		return nil, err
	}
	return exporterhelper.NewTraces(ctx, set, cfg, s.consumeTraces, options(s)...)
}

func (f *stores) createLogs(ctx context.Context, set exporter.Settings, cfg component.Config) (exporter.Logs, error) {
	s, err := f.get(set, cfg)
	if err != nil {
		return nil, err
	}
	return exporterhelper.NewLogs(ctx, set, cfg, s.consumeLogs, options(s)...)
}

func (f *stores) createMetrics(ctx context.Context, set exporter.Settings, cfg component.Config) (exporter.Metrics, error) {
	s, err := f.get(set, cfg)
	if err != nil {
		return nil, err
	}
	return exporterhelper.NewMetrics(ctx, set, cfg, s.consumeMetrics, options(s)...)
}

// options switch off the helper's queue, retries and timeout: the segment is
// the queue, and it does not lose what it has.
func options(s *store) []exporterhelper.Option {
	return []exporterhelper.Option{
		exporterhelper.WithCapabilities(consumer.Capabilities{MutatesData: false}),
		exporterhelper.WithTimeout(exporterhelper.TimeoutConfig{Timeout: 0}),
		exporterhelper.WithStart(s.start),
		exporterhelper.WithShutdown(s.shutdown),
	}
}
