package e2e

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"text/template"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/stretchr/testify/require"
)

// upTimeout is for a start on a machine that is busy with the load.
const upTimeout = 2 * time.Minute

// node is one process of a plant.
type node struct {
	*process
	Data, Segments, Catalog string
	HTTP, Health, Metrics   string
	Proxy                   string // address; empty = with its own engine
	Engine                  bool   // an engine for others, and nothing else
	MaxDiskMiB              int
	MaxAge                  time.Duration // of a segment
	config                  string
}

func newNode(t *testing.T) *node {
	t.Helper()
	data := t.TempDir()
	return &node{
		Data: data, Segments: filepath.Join(data, "segments"), Catalog: "testdata/catalog.yaml",
		HTTP: listenAddress(t), Health: listenAddress(t), Metrics: listenAddress(t), MaxAge: 200 * time.Millisecond,
	}
}

// launch starts the process and returns at once.
func (n *node) launch(t *testing.T) {
	t.Helper()
	n.config = filepath.Join(n.Data, "weir.yaml")
	file, err := os.Create(n.config)
	require.NoError(t, err)
	functions := template.FuncMap{"host": host, "port": port}
	require.NoError(t, template.Must(template.New("chaos.yaml").Funcs(functions).ParseFiles("testdata/chaos.yaml")).Execute(file, n))
	require.NoError(t, file.Close())
	n.process = start(t, weirBinary, "--config", n.config)
}

// awaitReady waits until it takes data.
func (n *node) awaitReady(t *testing.T) {
	t.Helper()
	await(t, upTimeout, "the collector to be ready", func() bool {
		if !n.running() {
			t.Fatalf("the collector ended: %v\n%s", n.err, n.log.String())
		}
		response, err := http.Get("http://" + n.HTTP) //nolint:noctx // any answer will do
		if err != nil {
			return false
		}
		response.Body.Close()
		return true
	})
}

// plant is a collector under test, its engine, its senders and what was counted.
type plant struct {
	*load
	collector *node
	engine    *node  // nil = the collector's own
	proxy     *proxy // nil likewise
	random    *rand.Rand
	kills     int
	lives     int
	books     *books
	begun     time.Time
	sending   time.Duration
}

// newPlant starts everything; adjust may change the collector before.
func newPlant(t *testing.T, c *chaosCase, adjust func(*node)) *plant {
	t.Helper()
	p := &plant{
		collector: newNode(t),
		random:    rand.New(rand.NewPCG(c.seed, 'k')),
		load:      &load{rate: c.rate, insist: 0.5, repeat: 0.02, numbers: &atomic.Uint64{}},
	}
	if c.remote {
		p.engine = newNode(t)
		p.engine.Engine = true
		p.engine.launch(t)
		p.engine.awaitReady(t)
		p.proxy = newProxy(t, c.seed, p.credentials)
		p.collector.Proxy = p.proxy.address
	}
	if adjust != nil {
		adjust(p.collector)
	}
	p.address = p.collector.HTTP
	p.books = newBooks(p.collector.Metrics)
	p.startCollector(t)
	p.begun = time.Now()
	p.start(t, c.seed)
	return p
}

func (p *plant) startCollector(t *testing.T) {
	t.Helper()
	p.lives++
	p.collector.launch(t)
	p.collector.awaitReady(t)
	p.books.open(t)
}

// host is the process that the engine is a child of.
func (p *plant) host() *node {
	if p.engine != nil {
		return p.engine
	}
	return p.collector
}

func (p *plant) credentials() (found credentials, err error) {
	content, err := os.ReadFile(filepath.Join(p.host().Data, "clickhouse", "weirctl.json"))
	if err != nil {
		return found, err
	}
	return found, json.Unmarshal(content, &found)
}

// conn connects to the engine, past the proxy.
func (p *plant) conn(t *testing.T) driver.Conn {
	t.Helper()
	server, err := p.credentials()
	require.NoError(t, err)
	conn, err := clickhouse.Open(&clickhouse.Options{
		Protocol: clickhouse.HTTP,
		Addr:     []string{strings.TrimPrefix(server.Endpoint, "http://")},
		Auth:     clickhouse.Auth{Username: server.Username, Password: server.Password, Database: "weir"},
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, conn.Close()) })
	return conn
}

// pause lets the load go on for a while that the seed says.
func (p *plant) pause(atMost time.Duration) {
	<-time.After(time.Duration(p.random.Int64N(int64(atMost))))
}

// killCollector kills the collector; its engine, where it has one, notices.
func (p *plant) killCollector(t *testing.T) {
	t.Helper()
	p.books.close()
	p.collector.kill(t)
	p.kills++
}

// killEngine kills the engine's process; its parent starts it again.
func (p *plant) killEngine(t *testing.T) {
	t.Helper()
	await(t, startTimeout, "an engine to kill", func() bool { return killChildren(t, p.host().cmd.Process.Pid) > 0 })
	p.kills++
}

// killBoth leaves nobody to notice anything.
func (p *plant) killBoth(t *testing.T) {
	t.Helper()
	p.books.close()
	killChildren(t, p.host().cmd.Process.Pid)
	p.collector.kill(t)
	p.kills++
}

// killChildren kills what a process started; none is there while it is restarted.
func killChildren(t *testing.T, pid int) (killed int) {
	t.Helper()
	lists, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	require.NoError(t, err)
	for _, list := range lists {
		content, err := os.ReadFile(list)
		if err != nil {
			continue // the thread has ended
		}
		for _, field := range strings.Fields(string(content)) {
			child, err := strconv.Atoi(field)
			require.NoError(t, err)
			if syscall.Kill(child, syscall.SIGKILL) == nil {
				killed++
			}
		}
	}
	return killed
}

// awaitNewSegment waits for a new file of the segment folder; false when none comes.
func (p *plant) awaitNewSegment(suffix string, limit time.Duration) bool {
	known := map[string]bool{}
	for _, name := range p.segments(suffix) {
		known[name] = true
	}
	for deadline := time.Now().Add(limit); time.Now().Before(deadline); <-time.After(time.Millisecond) {
		for _, name := range p.segments(suffix) {
			if !known[name] {
				return true
			}
		}
	}
	return false
}

func (p *plant) segments(suffix string) []string {
	names, _ := filepath.Glob(filepath.Join(p.collector.Segments, "*"+suffix))
	return names
}

// books are what the collector's own metrics say of rows, of one life.
type books struct {
	address string

	// mu guards everything below.
	mu   sync.Mutex
	last map[string]map[string]float64 // by metric and table
	bad  string                        // a moment at which they did not add up
	quit chan struct{}
	done chan struct{}
}

const booksPrefix = "otelcol_exporter_clickhouse_store_"

func newBooks(metrics string) *books { return &books{address: "http://" + metrics + "/metrics"} }

// open reads them again and again until close.
func (b *books) open(t *testing.T) {
	t.Helper()
	b.quit, b.done = make(chan struct{}), make(chan struct{})
	go func(quit, done chan struct{}) {
		defer close(done)
		tick := time.NewTicker(5 * pollInterval)
		defer tick.Stop()
		for {
			select {
			case <-quit:
				return
			case <-tick.C:
				b.read()
			}
		}
	}(b.quit, b.done)
	t.Cleanup(b.close)
}

func (b *books) close() {
	if b.quit != nil {
		close(b.quit)
		<-b.done
		b.quit = nil
	}
}

// read fetches the metrics; nil while nobody answers.
func (b *books) read() map[string]map[string]float64 {
	client := http.Client{Timeout: 5 * time.Second}
	response, err := client.Get(b.address) //nolint:noctx // the client has a time limit
	if err != nil {
		return nil
	}
	defer response.Body.Close()
	found, err := parseBooks(response.Body)
	if err != nil {
		return nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.last = found
	if bad := unbalanced(found); bad != "" && b.bad == "" {
		b.bad = bad
	}
	return found
}
