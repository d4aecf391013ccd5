package embeddedclickhouseextension

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componentstatus"
	"go.opentelemetry.io/collector/extension"
	"go.opentelemetry.io/otel/metric"
	"go.uber.org/zap"

	"github.com/weir-otel/weir/extension/embeddedclickhouseextension/internal/metadata"
	"github.com/weir-otel/weir/internal/chdb"
)

// engine is the extension. Between Start and Shutdown it owns one server.
type engine struct {
	cfg      *Config
	logger   *zap.Logger
	restarts metric.Int64Counter
	up       metric.Int64Gauge

	host   component.Host
	server *chdb.Server
	down   atomic.Bool // an error was reported, and OK not yet again
}

var _ extension.Extension = (*engine)(nil)

func newEngine(settings component.TelemetrySettings, cfg *Config) (*engine, error) {
	meter := settings.MeterProvider.Meter(metadata.ScopeName)
	restarts, err := meter.Int64Counter("otelcol_extension_embedded_clickhouse_restarts", metric.WithUnit("{restart}"),
		metric.WithDescription("Times the engine ended of itself and was started again."))
	if err != nil {
		return nil, fmt.Errorf("cannot make the engine's metrics: %w", err)
	}
	up, err := meter.Int64Gauge("otelcol_extension_embedded_clickhouse_up", metric.WithUnit("1"),
		metric.WithDescription("1 while the engine serves, 0 while it is down."))
	if err != nil {
		return nil, fmt.Errorf("cannot make the engine's metrics: %w", err)
	}
	return &engine{cfg: cfg, logger: settings.Logger, restarts: restarts, up: up}, nil
}

// Start returns when the engine serves, so that the components of the
// pipelines, which start after the extensions, find it.
func (e *engine) Start(ctx context.Context, host component.Host) error {
	e.host = host
	server, err := chdb.Start(ctx, e.settings())
	if err != nil {
		return fmt.Errorf("cannot start the embedded ClickHouse: %w", err)
	}
	e.server = server
	return nil
}

// Shutdown lets running statements end, and stops the engine.
func (e *engine) Shutdown(ctx context.Context) error {
	if e.server == nil {
		return nil
	}
	return e.server.Shutdown(ctx)
}

// ClickHouse tells Weir's components where the engine is; see internal/chconn.
func (e *engine) ClickHouse() (endpoint, username, password string) {
	if e.server == nil {
		return "", "", ""
	}
	username, password = e.server.Credentials()
	return e.server.Endpoint(), username, password
}

func (e *engine) settings() chdb.Config {
	settings := chdb.Config{
		Endpoint: e.cfg.Endpoint, Directory: e.cfg.Directory, MemoryLimit: e.cfg.MemoryLimitMiB << 20, MaxThreads: e.cfg.MaxThreads,
		MaxRequestBody: e.cfg.MaxRequestBodyMiB << 20, Writer: chdb.User{Name: ownUser}, Logger: e.logger, OnState: e.state,
	}
	if e.cfg.Reader.HasValue() {
		reader := e.cfg.Reader.Get()
		settings.Reader = &chdb.Reader{User: chdb.User{Name: reader.Username, Password: string(reader.Password)}, Databases: reader.Databases}
		if len(reader.TableFilters) > 0 {
			settings.Reader.Settings = map[string]string{"additional_table_filters": filters(reader.TableFilters)}
		}
	}
	return settings
}

// filters writes a map as ClickHouse reads it: {'table': 'condition'}.
func filters(conditions map[string]string) string {
	quote := func(text string) string {
		return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(text) + "'"
	}
	pairs := make([]string, 0, len(conditions))
	for table, condition := range conditions {
		pairs = append(pairs, quote(table)+": "+quote(condition))
	}
	return "{" + strings.Join(pairs, ", ") + "}"
}

// state reports what became of the engine. The first start is reported by the
// collector itself, like every component's.
func (e *engine) state(down error) {
	ctx := context.Background()
	if down != nil {
		e.up.Record(ctx, 0)
		e.restarts.Add(ctx, 1)
		if !e.down.Swap(true) {
			componentstatus.ReportStatus(e.host, componentstatus.NewRecoverableErrorEvent(down))
		}
		return
	}
	e.up.Record(ctx, 1)
	if e.down.Swap(false) {
		componentstatus.ReportStatus(e.host, componentstatus.NewEvent(componentstatus.StatusOK))
	}
}
