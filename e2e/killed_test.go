package e2e

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"
)

const (
	requestsARound  = 30
	spansARequest   = 40
	roundsUnlessSet = 3 // `make chaos` sets more
)

// The collector is killed, its engine is killed, the collector is stopped: in
// turn, and each time while spans come in. What was acknowledged is there in the
// end, once.
func TestNothingAcknowledgedIsLostOrDoubledWhenKilled(t *testing.T) {
	c := newCollector(t)
	c.start(t)
	sender := newSender(t, c.HTTP)
	for round := range rounds(t) {
		ended := sender.send(requestsARound)
		switch <-sender.halfway; round % 3 {
		case 0:
			c.kill(t)
		case 1:
			for _, child := range children(t, c.cmd.Process.Pid) {
				require.NoError(t, syscall.Kill(child, syscall.SIGKILL))
			}
		case 2:
			c.stop(t)
		}
		<-ended
		if !c.running() {
			c.start(t)
		}
	}

	var stored map[string]bool
	await(t, dataTimeout, "every acknowledged call", func() bool {
		stored = map[string]bool{}
		for _, a := range c.who(t, "--user", "chaos") {
			stored[a.TraceID] = true
		}
		for _, id := range sender.acknowledged {
			if !stored[id] {
				return false
			}
		}
		return true
	})
	t.Logf("%d calls acknowledged, %d stored", len(sender.acknowledged), len(stored))
	require.NotEmpty(t, sender.acknowledged)
	conn, _ := c.clickhouse(t)
	require.Zero(t, count(t, conn, "SELECT toUInt64(count() - uniqExact(trace_id, span_id)) FROM weir.spans"), "spans stored twice")
	require.Len(t, c.who(t, "--user", "chaos"), len(stored), "actions that are there twice")
}

func rounds(t *testing.T) int {
	t.Helper()
	text := os.Getenv("WEIR_CHAOS_ROUNDS")
	if text == "" {
		return roundsUnlessSet
	}
	n, err := strconv.Atoi(text)
	require.NoError(t, err, "WEIR_CHAOS_ROUNDS")
	return n
}

// sender sends batches of gateway spans and remembers which were acknowledged.
type sender struct {
	exporter     *otlptrace.Exporter
	acknowledged []string      // trace ids; one span a trace
	halfway      chan struct{} // a value in the middle of each round
}

// newSender does not try again by itself: a request that failed may have been
// stored or not, and is not counted.
func newSender(t *testing.T, address string) *sender {
	t.Helper()
	exporter, err := otlptracehttp.New(t.Context(), otlptracehttp.WithEndpoint(address), otlptracehttp.WithInsecure(),
		otlptracehttp.WithRetry(otlptracehttp.RetryConfig{Enabled: false}), otlptracehttp.WithTimeout(10*time.Second))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, exporter.Shutdown(context.Background())) })
	return &sender{exporter: exporter, halfway: make(chan struct{})}
}

// send starts a round of requests; the channel closes when all were answered.
func (s *sender) send(requests int) (ended <-chan struct{}) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		for request := range requests {
			if request == requests/2 {
				s.halfway <- struct{}{}
			}
			stubs, traces := gatewaySpans(spansARequest)
			if s.exporter.ExportSpans(context.Background(), stubs.Snapshots()) == nil {
				s.acknowledged = append(s.acknowledged, traces...)
			}
		}
	}()
	return done
}

func gatewaySpans(n int) (stubs tracetest.SpanStubs, traces []string) {
	service := resource.NewSchemaless(attribute.String("service.name", "api-gateway"))
	for range n {
		var id trace.TraceID
		var span trace.SpanID
		for i := range id {
			id[i] = byte(rand.Uint32())
		}
		copy(span[:], id[:])
		traces = append(traces, id.String())
		stubs = append(stubs, tracetest.SpanStub{
			Name: "GET", SpanKind: trace.SpanKindServer, Resource: service,
			StartTime: time.Now(), EndTime: time.Now().Add(time.Millisecond),
			SpanContext: trace.NewSpanContext(trace.SpanContextConfig{TraceID: id, SpanID: span, TraceFlags: trace.FlagsSampled}),
			Attributes: []attribute.KeyValue{
				attribute.String("http.request.method", "GET"), attribute.String("url.path", "/contacts/17"),
				attribute.Int("http.response.status_code", 200), attribute.String("user.id", "chaos"),
				attribute.StringSlice("http.request.header.x-consumer-username", []string{"make-crm-sync"}),
			},
		})
	}
	return stubs, traces
}

// children are the processes that a process started.
func children(t *testing.T, pid int) []int {
	t.Helper()
	lists, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	require.NoError(t, err)
	var pids []int
	for _, list := range lists {
		content, err := os.ReadFile(list)
		require.NoError(t, err)
		for _, field := range strings.Fields(string(content)) {
			child, err := strconv.Atoi(field)
			require.NoError(t, err)
			pids = append(pids, child)
		}
	}
	require.NotEmpty(t, pids, "the collector runs no engine")
	return pids
}
