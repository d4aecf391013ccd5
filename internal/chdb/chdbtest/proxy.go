package chdbtest

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// Fault is what a Proxy does to a request.
type Fault int

// The faults.
const (
	Pass       Fault = iota
	Refuse           // closes the connection before anything reaches the engine
	Reset            // closes it when half of the body has reached the engine
	LoseAnswer       // closes it when the engine has answered
	Answer500        // answers 500 without a code when the engine has answered
	TooLarge         // answers 413, as a gateway does; nothing reaches the engine
	Hang             // never answers; the client has to give up
)

// Proxy stands between a client and the engine, as the network does.
type Proxy struct {
	Endpoint string // http://127.0.0.1:port

	target string

	// mu guards choose.
	mu     sync.Mutex
	choose func(insertInto string) Fault
}

// Proxy starts one that passes everything until Choose is called.
func (s *Server) Proxy(t testing.TB) *Proxy {
	t.Helper()
	p := &Proxy{target: s.Endpoint, choose: func(string) Fault { return Pass }}
	server := httptest.NewServer(p)
	t.Cleanup(server.Close)
	p.Endpoint = server.URL
	return p
}

// Choose sets who decides about a request. insertInto is the table of an
// INSERT, empty for other statements.
func (p *Proxy) Choose(choose func(insertInto string) Fault) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.choose = choose
}

func (p *Proxy) fault(r *http.Request) Fault {
	table, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Query().Get("query"), "INSERT INTO "), " ")
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.choose(table)
}

// ServeHTTP implements [http.Handler].
func (p *Proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	fault := p.fault(r)
	body := r.Body
	switch fault {
	case Refuse:
		panic(http.ErrAbortHandler)
	case Hang:
		<-r.Context().Done()
		panic(http.ErrAbortHandler)
	case TooLarge:
		http.Error(w, "the gateway does not take so much", http.StatusRequestEntityTooLarge)
		return
	case Reset:
		body = io.NopCloser(&half{src: r.Body, left: max(r.ContentLength/2, 1000)})
	}
	status, header, answer, err := p.forward(r, body)
	if err != nil || fault == LoseAnswer || fault == Reset {
		panic(http.ErrAbortHandler)
	}
	if fault == Answer500 {
		http.Error(w, "the gateway has lost the answer", http.StatusInternalServerError)
		return
	}
	for name, values := range header {
		w.Header()[name] = values
	}
	w.WriteHeader(status)
	_, _ = w.Write(answer) //nolint:gosec // to a test
}

func (p *Proxy) forward(r *http.Request, body io.Reader) (status int, header http.Header, answer []byte, err error) {
	// Not r.Context(): what has reached the engine goes on there when the client has gone.
	request, err := http.NewRequest(r.Method, p.target+r.URL.RequestURI(), body) //nolint:gosec // of a test
	if err != nil {
		return 0, nil, nil, err
	}
	request.Header = r.Header.Clone()
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
