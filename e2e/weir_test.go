package e2e

import (
	"encoding/json"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"text/template"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/stretchr/testify/require"
)

const (
	weirBinary    = "../bin/weir"
	weirctlBinary = "../bin/weirctl"
)

// collector is a running bin/weir with the embedded engine and a data folder of
// its own.
type collector struct {
	*process
	Data         string // folder
	Catalog      string // file
	GRPC, HTTP   string // OTLP addresses
	Intake       string
	Health       string
	Metrics      string // the collector's own
	Alertmanager string // URL; empty without
	Rules        string // file; empty without
	Grace        string // of the rules
	config       string
}

// newCollector writes the configuration; start runs it.
func newCollector(t *testing.T) *collector {
	t.Helper()
	return &collector{
		Data:    t.TempDir(),
		Catalog: "testdata/catalog.yaml",
		GRPC:    listenAddress(t), HTTP: listenAddress(t), Intake: listenAddress(t),
		Health: listenAddress(t), Metrics: listenAddress(t),
	}
}

// start runs the collector, on the same folders and addresses each time, and
// waits until it is ready.
func (c *collector) start(t *testing.T) {
	t.Helper()
	c.config = filepath.Join(c.Data, "weir.yaml")
	file, err := os.Create(c.config)
	require.NoError(t, err)
	tmpl := template.Must(template.New("weir.yaml").Funcs(template.FuncMap{"host": host, "port": port}).ParseFiles("testdata/weir.yaml"))
	require.NoError(t, tmpl.Execute(file, c))
	require.NoError(t, file.Close())

	c.process = start(t, weirBinary, "--config", c.config)
	c.awaitOK(t, "http://"+c.Health)
}

func host(t string) string { h, _, _ := net.SplitHostPort(t); return h }
func port(t string) string { _, p, _ := net.SplitHostPort(t); return p }

// action is one row of `weirctl who --output json`.
type action struct {
	Time           time.Time `json:"time"`
	Tenant         string    `json:"tenant"`
	Connector      string    `json:"connector"`
	User           string    `json:"user"`
	Endpoint       string    `json:"endpoint"`
	Status         int       `json:"status"`
	IdentityStatus string    `json:"identity_status"`
	TraceID        string    `json:"trace_id"`
	Source         string    `json:"source"`
}

func (c *collector) who(t *testing.T, args ...string) []action {
	t.Helper()
	args = append([]string{"who", "--data-dir", c.Data, "--output", "json", "--limit", "0"}, args...)
	var actions []action
	require.NoError(t, json.Unmarshal([]byte(run(t, weirctlBinary, args...)), &actions))
	return actions
}

// awaitActions waits until so many actions are there, and no more.
func (c *collector) awaitActions(t *testing.T, want int, args ...string) []action {
	t.Helper()
	var actions []action
	await(t, dataTimeout, "the actions", func() bool {
		actions = c.who(t, args...)
		return len(actions) >= want
	})
	require.Len(t, actions, want)
	return actions
}

// clickhouse connects as any client would, with the credentials in the data folder.
func (c *collector) clickhouse(t *testing.T) (conn driver.Conn, endpoint credentials) {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(c.Data, "clickhouse", "weirctl.json"))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(content, &endpoint))
	conn, err = clickhouse.Open(&clickhouse.Options{
		Protocol: clickhouse.HTTP,
		Addr:     []string{strings.TrimPrefix(endpoint.Endpoint, "http://")},
		Auth:     clickhouse.Auth{Username: endpoint.Username, Password: endpoint.Password},
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, conn.Close()) })
	return conn, endpoint
}

type credentials struct{ Endpoint, Username, Password string }

// count asks for one number; 0 while there is no such table yet.
func count(t *testing.T, conn driver.Conn, query string) uint64 {
	t.Helper()
	var n uint64
	if err := conn.QueryRow(t.Context(), query).Scan(&n); err != nil {
		var exception *clickhouse.Exception
		require.ErrorAs(t, err, &exception, query)
		require.Contains(t, []int32{60, 81}, exception.Code, "%s: %v", query, err) // unknown table, unknown database
		return 0
	}
	return n
}
