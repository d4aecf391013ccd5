package embeddedclickhouseextension

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componentstatus"
	"go.opentelemetry.io/collector/config/configoptional"
	"go.opentelemetry.io/collector/extension/extensiontest"

	"github.com/weir-otel/weir/extension/embeddedclickhouseextension/internal/metadata"
	"github.com/weir-otel/weir/internal/chconn"
)

// host records what components report, and offers the extension.
type host struct {
	extensions map[component.ID]component.Component
	events     chan *componentstatus.Event
}

func newHost() *host {
	return &host{extensions: map[component.ID]component.Component{}, events: make(chan *componentstatus.Event, 100)}
}

func (h *host) GetExtensions() map[component.ID]component.Component { return h.extensions }
func (h *host) Report(event *componentstatus.Event)                 { h.events <- event }

// started is a running extension that stops with the test.
func started(t *testing.T, h *host, change func(*Config)) *engine {
	t.Helper()
	cfg := createDefaultConfig().(*Config)
	cfg.Endpoint, cfg.Directory = "127.0.0.1:0", t.TempDir()
	if change != nil {
		change(cfg)
	}
	created, err := NewFactory().Create(t.Context(), extensiontest.NewNopSettings(metadata.Type), cfg)
	require.NoError(t, err)
	require.NoError(t, created.Start(t.Context(), h))
	t.Cleanup(func() { require.NoError(t, created.Shutdown(t.Context())) })
	h.extensions[component.NewID(metadata.Type)] = created
	return created.(*engine)
}

func TestComponentsFindTheEngine(t *testing.T) {
	h := newHost()
	started(t, h, nil)
	cfg := chconn.NewDefaultConfig()
	cfg.Database = "default"
	conn, err := cfg.Open(h)
	require.NoError(t, err)
	defer conn.Close() //nolint:errcheck // a test's connection
	require.NoError(t, conn.Ping(t.Context()))
	require.Empty(t, h.events, "the collector reports a start by itself")
}

func TestACrashIsReportedAndHealed(t *testing.T) {
	h := newHost()
	e := started(t, h, nil)
	cfg := chconn.NewDefaultConfig()
	cfg.Database = "default"
	conn, err := cfg.Open(h)
	require.NoError(t, err)
	defer conn.Close() //nolint:errcheck // a test's connection
	require.NoError(t, conn.Ping(t.Context()))

	require.NoError(t, syscall.Kill(e.server.PID(), syscall.SIGKILL))
	event := <-h.events
	require.Equal(t, componentstatus.StatusRecoverableError, event.Status())
	require.ErrorContains(t, event.Err(), "killed")
	require.Equal(t, componentstatus.StatusOK, (<-h.events).Status())
	require.Eventually(t, func() bool { return conn.Ping(t.Context()) == nil }, 10*time.Second, 20*time.Millisecond)
}

func TestTheReaderSeesItsTenantOnly(t *testing.T) {
	h := newHost()
	e := started(t, h, func(c *Config) {
		c.Reader = configoptional.Some(ReaderConfig{Username: "grafana", Password: "p" + "w", Databases: []string{"weir"}, TableFilters: map[string]string{"weir.t": "tenant = 'it\\'s'"}})
	})
	cfg := chconn.NewDefaultConfig()
	cfg.Database = "default"
	writer, err := cfg.Open(h)
	require.NoError(t, err)
	defer writer.Close() //nolint:errcheck // a test's connection
	for _, statement := range []string{
		"CREATE DATABASE weir", "CREATE TABLE weir.t (tenant String, a UInt64) ENGINE = MergeTree ORDER BY a",
		"INSERT INTO weir.t VALUES ('it\\'s', 1), ('other', 2)", "CREATE VIEW weir.v AS SELECT a, tenant FROM weir.t", "CREATE VIEW weir.t2 AS SELECT a FROM weir.t",
	} {
		require.NoError(t, writer.Exec(t.Context(), statement))
	}

	cfg = chconn.NewDefaultConfig()
	cfg.Endpoint, cfg.Username, cfg.Password = e.server.Endpoint(), "grafana", "p"+"w"
	reader, err := cfg.Open(nil)
	require.NoError(t, err)
	defer reader.Close() //nolint:errcheck // a test's connection
	sum := func(from string) (n uint64) {
		t.Helper()
		require.NoError(t, reader.QueryRow(t.Context(), "SELECT sum(a) FROM "+from).Scan(&n))
		return n
	}
	require.Equal(t, uint64(1), sum("t"))
	require.Equal(t, uint64(1), sum("weir.t"))
	require.Equal(t, uint64(1), sum("weir.v"))
	require.Equal(t, uint64(1), sum("(SELECT * FROM weir.t AS x)"))
	require.Equal(t, uint64(1), sum("`weir` . \"t\""))
	require.Equal(t, uint64(1), sum("(WITH c AS (SELECT a FROM t) SELECT a FROM c)"))
	require.Equal(t, uint64(1), sum("(SELECT y.a AS a FROM weir.v AS x JOIN weir.t AS y ON 1)"))
	require.Equal(t, uint64(1), sum("(SELECT number AS a FROM numbers(5) WHERE a IN (SELECT a FROM t))"))
	require.Equal(t, uint64(1), sum("(SELECT number AS a FROM numbers(5) WHERE a IN t2)"))
	require.Equal(t, uint64(1), sum("(SELECT count() AS a FROM weir.t)"), "the count is not taken from the parts")
	require.Equal(t, uint64(1), sum("(SELECT max(a) AS a FROM weir.t UNION ALL SELECT 0)"))
	for _, statement := range []string{
		"SELECT sum(a) FROM weir.t SETTINGS additional_table_filters = {}", "INSERT INTO t VALUES ('it\\'s', 3)", "DROP TABLE t",
		"SELECT 1 INTO OUTFILE 'x'", "SELECT * FROM file('x', 'CSV', 'a String')", "SET readonly = 0",
	} {
		require.Error(t, reader.Exec(t.Context(), statement), statement)
	}
	limited := clickhouse.Context(t.Context(), clickhouse.WithSettings(clickhouse.Settings{"max_execution_time": 3}))
	require.NoError(t, reader.Exec(limited, "SELECT 1"), "Grafana's datasource sends a limit with every query")
}

func TestStartSaysWhatIsWrong(t *testing.T) {
	start := func(change func(*Config)) error {
		cfg := createDefaultConfig().(*Config)
		cfg.Endpoint, cfg.Directory = "127.0.0.1:0", t.TempDir()
		change(cfg)
		created, err := NewFactory().Create(t.Context(), extensiontest.NewNopSettings(metadata.Type), cfg)
		require.NoError(t, err)
		return errors.Join(created.Start(t.Context(), newHost()), created.Shutdown(t.Context()))
	}
	running := started(t, newHost(), nil)
	require.ErrorContains(t, start(func(c *Config) { c.Endpoint = strings.TrimPrefix(running.server.Endpoint(), "http://") }), "address already in use")
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	require.ErrorContains(t, start(func(c *Config) { c.Directory = file }), "not a directory")
	t.Setenv("CHDB_LIB_PATH", file+"x")
	require.ErrorContains(t, start(func(*Config) {}), "make engine")
	t.Setenv("CHDB_LIB_PATH", file)
	require.ErrorContains(t, start(func(*Config) {}), "cannot load the engine library")
}
