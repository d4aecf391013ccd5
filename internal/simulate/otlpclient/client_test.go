package otlpclient

import (
	"compress/gzip"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"
	"go.uber.org/goleak"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/weir-otel/weir/internal/simulate"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// sink is an OTLP receiver that counts, and fails as often as it is told first.
type sink struct {
	ptraceotlp.UnimplementedGRPCServer

	// mu guards everything below.
	mu       sync.Mutex
	failures []error
	reject   int64
	spans    int
	requests int
	logs     int
}

func (s *sink) next() error {
	s.requests++
	if len(s.failures) == 0 {
		return nil
	}
	err := s.failures[0]
	s.failures = s.failures[1:]
	return err
}

func (s *sink) Export(_ context.Context, r ptraceotlp.ExportRequest) (ptraceotlp.ExportResponse, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	response := ptraceotlp.NewExportResponse()
	if err := s.next(); err != nil {
		return response, err
	}
	s.spans += r.Traces().SpanCount()
	response.PartialSuccess().SetRejectedSpans(s.reject)
	return response, nil
}

// logSink counts log records for its sink.
type logSink struct {
	plogotlp.UnimplementedGRPCServer
	sink *sink
}

func (l *logSink) Export(_ context.Context, r plogotlp.ExportRequest) (plogotlp.ExportResponse, error) {
	l.sink.mu.Lock()
	defer l.sink.mu.Unlock()
	l.sink.logs += r.Logs().LogRecordCount()
	return plogotlp.NewExportResponse(), nil
}

func startGRPC(t *testing.T, s *sink) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	server := grpc.NewServer()
	ptraceotlp.RegisterGRPCServer(server, s)
	plogotlp.RegisterGRPCServer(server, &logSink{sink: s})
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	t.Cleanup(func() {
		server.Stop()
		require.NoError(t, <-ended)
	})
	return listener.Addr().String()
}

func startHTTP(t *testing.T, s *sink) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		logs := strings.HasSuffix(r.URL.Path, "logs")
		if !logs && s.next() != nil {
			w.WriteHeader(http.StatusTooManyRequests)
			return
		}
		body := io.Reader(r.Body)
		if r.Header.Get("Content-Encoding") == "gzip" {
			body, _ = gzip.NewReader(body)
		}
		payload, err := io.ReadAll(body)
		if err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		if logs {
			request := plogotlp.NewExportRequest()
			if request.UnmarshalProto(payload) == nil {
				s.logs += request.Logs().LogRecordCount()
			}
			return
		}
		request := ptraceotlp.NewExportRequest()
		if request.UnmarshalProto(payload) != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		s.spans += request.Traces().SpanCount()
	}))
	t.Cleanup(server.Close)
	return strings.TrimPrefix(server.URL, "http://")
}

func newClient(t *testing.T, opts Options) *Client {
	t.Helper()
	c, err := New(opts)
	require.NoError(t, err)
	c.backOff = time.Millisecond
	t.Cleanup(func() { require.NoError(t, c.Close()) })
	return c
}

func smallSimulation(t *testing.T) *simulate.Simulation {
	t.Helper()
	sim, err := simulate.New(simulate.Options{
		Seed: 1, Days: 3, Connectors: 20, Spans: 5000, End: time.Date(2026, 6, 17, 0, 0, 0, 0, time.UTC),
		Secrets: simulate.NewSecrets(1),
	})
	require.NoError(t, err)
	return sim
}

func TestReplaySendsEverySpanOnce(t *testing.T) {
	sim := smallSimulation(t)
	want := 0
	for call := range sim.Calls() {
		want += call.Spans()
	}
	f := func(name string, start func(*testing.T, *sink) string, opts Options) {
		t.Helper()
		s := &sink{failures: []error{status.Error(codes.ResourceExhausted, "full"), status.Error(codes.Unavailable, "starting")}}
		opts.Endpoint = start(t, s)
		updates := 0
		sent, err := Replay(t.Context(), newClient(t, opts), sim, ReplayOptions{BatchSpans: 500, Streams: 3, Progress: func(Progress) { updates++ }})
		require.NoError(t, err, name)
		require.Equal(t, want, sent.Spans, name)
		require.Equal(t, want, s.spans, name)
		require.Equal(t, 4, s.logs, name)
		require.Equal(t, s.requests-2, updates, name)
		require.Equal(t, sim.End(), sent.At, name)
	}
	f("grpc", startGRPC, Options{Protocol: GRPC})
	f("grpc, gzip", startGRPC, Options{Protocol: GRPC, Gzip: true})
	f("http", startHTTP, Options{Protocol: HTTP})
	f("http, gzip", startHTTP, Options{Protocol: HTTP, Gzip: true})
}

func TestARefusalIsNotSentAgain(t *testing.T) {
	s := &sink{failures: []error{status.Error(codes.InvalidArgument, "bad")}}
	_, err := Replay(t.Context(), newClient(t, Options{Endpoint: startGRPC(t, s), Protocol: GRPC}), smallSimulation(t), ReplayOptions{BatchSpans: 1 << 20, Streams: 1})
	require.ErrorContains(t, err, "bad")
	require.Equal(t, 1, s.requests)
}

func TestSpansThatAreRejectedAreAnError(t *testing.T) {
	s := &sink{reject: 3}
	_, err := Replay(t.Context(), newClient(t, Options{Endpoint: startGRPC(t, s), Protocol: GRPC}), smallSimulation(t), ReplayOptions{BatchSpans: 500, Streams: 2})
	require.ErrorContains(t, err, "refused 3 spans")
}

func TestAReceiverThatStaysBusyIsGivenUp(t *testing.T) {
	c := newClient(t, Options{Endpoint: "127.0.0.1:1", Protocol: GRPC, Patience: 20 * time.Millisecond})
	require.ErrorContains(t, c.Traces(t.Context(), nil), "receiver") // stayed busy, or was cut off at the last try
}

func TestAReceiverThatNeverAnswersIsGivenUp(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0") // the system takes connections, and nobody reads
	require.NoError(t, err)
	defer listener.Close()
	for _, protocol := range []string{GRPC, HTTP} {
		c := newClient(t, Options{Endpoint: listener.Addr().String(), Protocol: protocol, Patience: 50 * time.Millisecond})
		require.ErrorContains(t, c.Traces(t.Context(), []byte("x")), "receiver", protocol)
		require.NoError(t, t.Context().Err())
	}
}

func TestACancelledReplayEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	s := &sink{}
	_, err := Replay(ctx, newClient(t, Options{Endpoint: startGRPC(t, s), Protocol: GRPC}), smallSimulation(t),
		ReplayOptions{BatchSpans: 100, Streams: 2, Progress: func(Progress) { cancel() }})
	require.Error(t, err)
	require.ErrorIs(t, ctx.Err(), context.Canceled)
}

func TestBadOptionsAreSaid(t *testing.T) {
	_, err := New(Options{Endpoint: "nowhere", Protocol: GRPC})
	require.ErrorContains(t, err, "endpoint")
	_, err = New(Options{Endpoint: "127.0.0.1:4317", Protocol: "carrier pigeon"})
	require.ErrorContains(t, err, "protocol")
}
