package e2e

import (
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// fault is what a proxy does to a statement.
type fault int

const (
	faultNone      fault = iota
	faultRefuse          // closes the connection before anything has reached ClickHouse
	faultReset           // closes it when half of the body has
	faultLose            // closes it when ClickHouse has answered
	faultAnswer500       // answers 500 without a code when ClickHouse has committed
	faultSlow            // passes it on late, and the answer too
)

// slowest is how long faultSlow waits at most, each way.
const slowest = 600 * time.Millisecond

// proxy stands between a collector and the ClickHouse of another one. It knows
// the password of the moment, which is new after each start.
type proxy struct {
	address string
	server  func() (credentials, error)

	// mu guards everything below.
	mu     sync.Mutex
	random *rand.Rand
	share  float64 // of the statements that have a fault
	faults []fault
	seen   func(statement string) // told of each
	struck int
}

func newProxy(t *testing.T, seed uint64, server func() (credentials, error)) *proxy {
	t.Helper()
	p := &proxy{server: server, random: rand.New(rand.NewPCG(seed, 'p'))}
	listener := httptest.NewServer(p)
	t.Cleanup(listener.Close)
	p.address = strings.TrimPrefix(listener.URL, "http://")
	return p
}

// fail gives a share of the statements one of the faults from now on.
func (p *proxy) fail(share float64, faults ...fault) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.share, p.faults = share, faults
}

// watch calls f with each statement before it is passed on; nil ends that.
func (p *proxy) watch(f func(statement string)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.seen = f
}

// faultsSoFar says how many statements had one.
func (p *proxy) faultsSoFar() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.struck
}

func (p *proxy) choose() (f fault, wait time.Duration, seen func(string)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.faults) > 0 && p.random.Float64() < p.share {
		f = p.faults[p.random.IntN(len(p.faults))]
		p.struck++
	}
	return f, time.Duration(p.random.Int64N(int64(slowest))), p.seen
}

// ServeHTTP implements [http.Handler].
func (p *proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f, wait, seen := p.choose()
	statement := r.URL.Query().Get("query")
	var body io.Reader = r.Body
	if statement == "" { // it is the body then
		text, err := io.ReadAll(r.Body)
		if err != nil {
			panic(http.ErrAbortHandler)
		}
		statement, body = string(text), strings.NewReader(string(text))
	}
	if seen != nil {
		seen(statement)
	}
	switch f {
	case faultRefuse:
		panic(http.ErrAbortHandler)
	case faultReset:
		body = &half{src: body, left: max(r.ContentLength/2, 1000)}
	case faultSlow:
		<-time.After(wait)
	}
	status, header, answer, err := p.forward(r, body)
	switch {
	case err != nil || f == faultLose || f == faultReset:
		panic(http.ErrAbortHandler)
	case f == faultAnswer500:
		http.Error(w, "the gateway has lost the answer", http.StatusInternalServerError)
		return
	case f == faultSlow:
		<-time.After(wait)
	}
	for name, values := range header {
		w.Header()[name] = values
	}
	w.WriteHeader(status)
	_, _ = w.Write(answer)
}

// forward goes on when the client has gone, as a server does.
func (p *proxy) forward(r *http.Request, body io.Reader) (status int, header http.Header, answer []byte, err error) {
	server, err := p.server()
	if err != nil {
		return 0, nil, nil, err
	}
	request, err := http.NewRequest(r.Method, server.Endpoint+r.URL.RequestURI(), body) //nolint:noctx // see above
	if err != nil {
		return 0, nil, nil, err
	}
	request.Header = r.Header.Clone()
	request.Header.Del("Authorization")
	request.Header.Set("X-ClickHouse-User", server.Username)
	request.Header.Set("X-ClickHouse-Key", server.Password)
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		return 0, nil, nil, err
	}
	defer response.Body.Close()
	answer, err = io.ReadAll(response.Body)
	response.Header.Del("Content-Length")
	return response.StatusCode, response.Header, answer, err
}

// half is a body that breaks off.
type half struct {
	src  io.Reader
	left int64
}

var errBroken = errors.New("the connection breaks here")

func (h *half) Read(p []byte) (int, error) {
	if h.left <= 0 {
		return 0, errBroken
	}
	n, err := h.src.Read(p[:min(int64(len(p)), h.left)])
	h.left -= int64(n)
	if errors.Is(err, io.EOF) { // a small body: it ends in the middle too
		err = errBroken
	}
	return n, err
}

// A proxy that never strikes would make its cases pass whatever happens.
func (p *proxy) requireStruck(t *testing.T) {
	t.Helper()
	require.Positive(t, p.faultsSoFar(), "the proxy has passed everything on")
}
