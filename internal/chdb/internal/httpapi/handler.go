// Package httpapi serves ClickHouse's HTTP interface on top of libchdb, as far
// as clickhouse-go/v2, curl and Grafana's ClickHouse datasource use it:
//
//	GET  /ping                                 Ok.
//	POST /?database=d&param_x=1  SELECT {x:Int}  a statement in the body
//	POST /?query=INSERT INTO t FORMAT Native     its data in the body
//
// Errors carry the engine's own code and text. What ClickHouse would refuse is
// refused the same way; see [parse] for the parameters.
package httpapi

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"net/http"
	"runtime"
	"sync"
	"time"

	"github.com/weir-otel/weir/internal/chdb/internal/libchdb"
)

// Config is what a [Handler] needs.
type Config struct {
	Library *libchdb.Library
	Path    string // data folder, as the engine was booted with
	// SessionArgs are settings of every session, e.g. "--max_threads=2".
	SessionArgs []string
	Users       []User
	// Guard decides about a read-only user's statement; nil allows none.
	Guard func(database, statement string) error
	// ReaderMaySet decides about a setting that a read-only user brings.
	ReaderMaySet func(name string) bool
	// MaxBody limits a request's body, before and after decompression.
	MaxBody int64
	// MaxQueries limits the statements running at one time. Read-only users
	// have half of them, so that dashboards cannot keep the writer out.
	MaxQueries int
	Version    string // of the engine, e.g. 26.7.2.1
	Timezone   string
	Name       string // display name
}

// Handler answers requests.
type Handler struct {
	cfg   Config
	slots chan struct{} // one is taken by each running statement
	reads chan struct{} // and one of these too by a read-only user's

	mu      sync.Mutex
	running map[string]struct{} // query ids
}

// New makes a Handler.
func New(cfg Config) *Handler {
	return &Handler{
		cfg: cfg, slots: make(chan struct{}, cfg.MaxQueries), reads: make(chan struct{}, max(1, cfg.MaxQueries/2)),
		running: make(map[string]struct{}),
	}
}

// ServeHTTP implements [http.Handler].
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("X-ClickHouse-Server-Display-Name", h.cfg.Name)
	switch {
	case r.URL.Path == "/ping", r.URL.Path == "/replicas_status", r.URL.Path == "/" && r.URL.RawQuery == "" && r.Method == http.MethodGet:
		header.Set("Content-Type", "text/html; charset=UTF-8")
		_, _ = io.WriteString(w, "Ok.\n")
	case r.URL.Path != "/" && r.URL.Path != "/query":
		http.Error(w, "There is no handle "+printable(r.URL.Path)+"\n\nUse / or /ping for health checks.", http.StatusNotFound)
	case r.Method != http.MethodPost && r.Method != http.MethodGet && r.Method != http.MethodHead && r.Method != http.MethodPut:
		w.WriteHeader(http.StatusMethodNotAllowed)
	default:
		h.serveQuery(w, r)
	}
}

// serveQuery checks who asks, and runs the statement.
func (h *Handler) serveQuery(w http.ResponseWriter, r *http.Request) {
	q, err := parse(r)
	var user *User
	if err == nil {
		user, err = h.authenticate(q.user, q.password)
	}
	if err == nil {
		err = h.settle(q, user)
	}
	release := func() {}
	if err == nil {
		release, err = h.admit(r.Context(), q, user)
	}
	if err != nil {
		known := asException(err)
		writeException(w, known, h.text(known))
		return
	}
	defer release()
	header := w.Header()
	header.Set("X-ClickHouse-Query-Id", q.queryID)
	header.Set("X-ClickHouse-Timezone", h.cfg.Timezone)
	answer := newResponse(w, r, q)
	header.Set("X-ClickHouse-Exception-Tag", answer.tag)
	if err := h.execute(answer, r, q, user); err != nil {
		known := asException(err)
		answer.fail(known, h.text(known))
	}
}

// admit waits for a free place, and registers the query id.
func (h *Handler) admit(ctx context.Context, q *request, user *User) (release func(), err error) {
	if q.queryID == "" {
		q.queryID = rand.Text()
	}
	q.queryID = printable(q.queryID)
	ctx, cancel := context.WithTimeout(ctx, admissionWait)
	defer cancel()
	leave, err := h.enter(ctx, user)
	if err != nil {
		return nil, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if _, ok := h.running[q.queryID]; ok {
		leave()
		return nil, exception(codeSameQueryID, "Query with id = %s is already running.", q.queryID)
	}
	h.running[q.queryID] = struct{}{}
	return func() {
		h.mu.Lock()
		delete(h.running, q.queryID)
		h.mu.Unlock()
		leave()
	}, nil
}

// enter takes the places that a statement of the user needs.
func (h *Handler) enter(ctx context.Context, user *User) (leave func(), err error) {
	places := []chan struct{}{h.slots}
	if user.ReadOnly { // its own limit first: it must not wait in the writer's place
		places = []chan struct{}{h.reads, h.slots}
	}
	taken := 0
	leave = func() {
		for _, place := range places[:taken] {
			<-place
		}
	}
	for _, place := range places {
		select {
		case place <- struct{}{}:
			taken++
		case <-ctx.Done():
			leave()
			if errors.Is(ctx.Err(), context.Canceled) {
				return nil, exception(codeQueryCancelled, "The client has gone.")
			}
			return nil, exception(codeTooManyQueries, "Too many simultaneous queries. Maximum: %d.", cap(place))
		}
	}
	return leave, nil
}

// admissionWait is how long a request waits for a free place.
const admissionWait = 10 * time.Second

// execute runs the statement of a request on a session of its own.
func (h *Handler) execute(answer *response, r *http.Request, q *request, user *User) error {
	in, err := h.read(r, q)
	if err != nil {
		return err
	}
	if user.ReadOnly {
		if err := h.guard(q.database, in); err != nil {
			return err
		}
	}
	// libchdb keeps state of a statement with the thread that began it.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	tag := q.queryID + " " + rand.Text()
	s, err := h.open(tag, q.database, q.settings)
	if err != nil {
		return err
	}
	defer s.Close()
	defer h.stopWith(r.Context(), tag)()
	if in.TakesData {
		return insert(answer, s, q, in)
	}
	return query(answer, s, q, in)
}
