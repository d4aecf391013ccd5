package chconn

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ClickHouse/ch-go/compress"
	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/confmap"
	"go.uber.org/goleak"

	"github.com/weir-otel/weir/internal/chdb"
	"github.com/weir-otel/weir/internal/chdb/chdbtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// fake is a host with engines.
type fake map[component.ID]component.Component

func (f fake) GetExtensions() map[component.ID]component.Component { return f }

// at is an engine that is said to be somewhere.
type at struct {
	component.StartFunc
	component.ShutdownFunc
	endpoint, username, password string
}

func (a *at) ClickHouse() (endpoint, username, password string) {
	return a.endpoint, a.username, a.password
}

func TestConfigStruct(t *testing.T) {
	cfg := NewDefaultConfig()
	require.NoError(t, componenttest.CheckConfigStruct(&cfg))
	require.NoError(t, cfg.Validate())
}

func TestConfigIsReadFromYAML(t *testing.T) {
	retrieved, err := confmap.NewRetrievedFromYAML([]byte(`
endpoint: https://clickhouse.example.org:8443
username: weir
password: pw
database: other
compression: zstd
timeout: 5s
tls: {insecure_skip_verify: true}`))
	require.NoError(t, err)
	conf, err := retrieved.AsConf()
	require.NoError(t, err)
	cfg := NewDefaultConfig()
	require.NoError(t, conf.Unmarshal(&cfg))
	require.NoError(t, cfg.Validate())
	want := NewDefaultConfig()
	want.Endpoint, want.Username, want.Password, want.Database, want.Timeout = "https://clickhouse.example.org:8443", "weir", "pw", "other", 5*time.Second
	want.Compression = "zstd"
	want.TLS.InsecureSkipVerify = true
	require.Equal(t, want, cfg)
}

func TestConfigErrorsQuoteTheKey(t *testing.T) {
	f := func(change func(*Config), want string) {
		t.Helper()
		cfg := NewDefaultConfig()
		change(&cfg)
		err := cfg.Validate()
		require.ErrorContains(t, err, want)
		require.NotContains(t, err.Error(), "hidden")
	}
	endpoint := func(text string) func(*Config) { return func(c *Config) { c.Endpoint = text } }
	f(endpoint("localhost:8123"), "`endpoint`")
	f(endpoint("http://localhost"), "`endpoint`")
	f(endpoint("clickhouse://localhost:9000"), "native protocol")
	f(endpoint("http://user:hidden@localhost:8123"), "`username` and `password`")
	f(endpoint("user:hidden@localhost:8123"), "`endpoint`")
	f(endpoint("http://localhost:8123/path"), "`endpoint`")
	f(func(c *Config) { c.Username = "x" }, "`username` and `password` are set without `endpoint`")
	f(func(c *Config) {
		c.Endpoint, c.Embedded = "http://localhost:8123", component.MustNewID("embedded_clickhouse")
	}, "`embedded`")
	f(func(c *Config) { c.Database = "" }, "`database`")
	f(func(c *Config) { c.Database = "a.b" }, "`database`")
	f(func(c *Config) { c.Timeout = 0 }, "`timeout`")
	f(func(c *Config) { c.Compression = "gzip" }, "expected one of lz4, zstd, none")
}

func TestOpenFindsTheEngine(t *testing.T) {
	first, second := component.MustNewIDWithName("embedded_clickhouse", "a"), component.MustNewIDWithName("embedded_clickhouse", "b")
	asked := ""
	newServer := func(name string) *at {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			user, password, _ := r.BasicAuth()
			asked = name + " as " + user + ":" + password + " for " + r.URL.Query().Get("database")
			w.WriteHeader(http.StatusInternalServerError)
		}))
		t.Cleanup(server.Close)
		return &at{endpoint: server.URL, username: "u", password: "p"}
	}
	one, two := newServer("a"), newServer("b")
	ping := func(cfg Config, host component.Host) string {
		t.Helper()
		conn, err := cfg.Open(host)
		require.NoError(t, err)
		defer conn.Close() //nolint:errcheck // a test's connection
		require.Error(t, conn.Ping(t.Context()))
		return asked
	}
	cfg := NewDefaultConfig()
	require.Equal(t, "a as u:p for weir", ping(cfg, fake{first: one, component.MustNewID("other"): &struct{ component.Component }{}}))
	cfg.Embedded = second
	require.Equal(t, "b as u:p for weir", ping(cfg, fake{first: one, second: two}))
	cfg = NewDefaultConfig()
	cfg.Endpoint, cfg.Username, cfg.Password, cfg.Database = one.endpoint, "me", "mine", "db"
	require.Equal(t, "a as me:mine for db", ping(cfg, nil))

	fails := func(cfg Config, host component.Host, want string) {
		t.Helper()
		_, err := cfg.Open(host)
		require.ErrorContains(t, err, want)
	}
	cfg = NewDefaultConfig()
	fails(cfg, nil, "`clickhouse::endpoint`")
	fails(cfg, fake{}, "embedded_clickhouse extension")
	fails(cfg, fake{first: one, second: two}, "[embedded_clickhouse/a, embedded_clickhouse/b]: name one in `clickhouse::embedded`")
	cfg.Embedded = second
	fails(cfg, fake{first: one}, "cannot find the extension \"embedded_clickhouse/b\"")
}

func TestOpenDoesNotNeedTheServer(t *testing.T) {
	cfg := NewDefaultConfig()
	cfg.Endpoint = "http://127.0.0.1:1"
	conn, err := cfg.Open(nil)
	require.NoError(t, err)
	defer conn.Close() //nolint:errcheck // a test's connection
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	require.Error(t, conn.Ping(ctx))
}

func TestTLS(t *testing.T) {
	asked := make(chan string, 10)
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked <- r.Header.Get("X-ClickHouse-User") + ":" + r.Header.Get("X-ClickHouse-Key")
		w.WriteHeader(http.StatusInternalServerError)
	}))
	defer server.Close()
	cfg := NewDefaultConfig()
	cfg.Endpoint, cfg.Username, cfg.Password, cfg.TLS.InsecureSkipVerify = server.URL, "u", "p", true
	require.NoError(t, cfg.Validate())
	conn, err := cfg.Open(nil)
	require.NoError(t, err)
	defer conn.Close() //nolint:errcheck // a test's connection
	require.Error(t, conn.Ping(t.Context()))
	require.Equal(t, "u:p", <-asked)

	cfg.TLS.CAFile = "nowhere.pem"
	_, err = cfg.Open(nil)
	require.ErrorContains(t, err, "`clickhouse::tls`")
}

func TestTheFirstStatementMayBeAnInsertInFrames(t *testing.T) {
	s := chdbtest.Start(t)
	require.NoError(t, s.Conn(t, "default").Exec(t.Context(), "CREATE TABLE texts (text String) ENGINE = MergeTree ORDER BY text"))
	cfg := NewDefaultConfig()
	cfg.Endpoint, cfg.Username, cfg.Password, cfg.Database = s.Endpoint, s.Username, configopaque.String(s.Password), "default"
	conn, err := cfg.Open(nil)
	require.NoError(t, err)
	defer conn.Close() //nolint:errcheck // a test's connection
	frame := compress.NewWriter(0, compress.LZ4)
	require.NoError(t, frame.Compress([]byte("a\nb\n")))
	framed := clickhouse.Context(t.Context(), clickhouse.WithSettings(clickhouse.Settings{"decompress": 1}))
	require.NoError(t, conn.InsertFormat(framed, "TSV", "INSERT INTO texts", bytes.NewReader(frame.Data)))
	var n uint64
	require.NoError(t, conn.QueryRow(t.Context(), "SELECT count() FROM texts").Scan(&n))
	require.Equal(t, uint64(2), n)
}

func TestFromCredentialFileReachesARunningEngine(t *testing.T) {
	folder := t.TempDir()
	_, err := FromCredentialFile(folder)
	require.ErrorContains(t, err, "is a collector with embedded_clickhouse running")
	s := chdbtest.StartWith(t, chdb.Config{Directory: folder})
	cfg, err := FromCredentialFile(folder)
	require.NoError(t, err)
	require.Equal(t, []string{s.Endpoint, s.Username, s.Password}, []string{cfg.Endpoint, cfg.Username, string(cfg.Password)})
	require.NoError(t, cfg.Validate())
	cfg.Database = "default"
	conn, err := cfg.Open(nil)
	require.NoError(t, err)
	defer conn.Close() //nolint:errcheck // a test's connection
	require.NoError(t, conn.Ping(t.Context()))
	require.NotContains(t, strings.ToLower(configopaque.String(s.Password).String()), strings.ToLower(s.Password))

	broken := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(broken, "weirctl.json"), []byte("{"), 0o600))
	_, err = FromCredentialFile(broken)
	require.ErrorContains(t, err, "weirctl.json")
}
