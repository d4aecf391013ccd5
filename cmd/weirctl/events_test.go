package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"

	"github.com/weir-otel/weir/internal/lowcode"
)

// eventSink is a collector that takes events over OTLP/HTTP.
type eventSink struct {
	endpoint string

	mu      sync.Mutex
	refuses bool
	records []plog.LogRecord
}

func startEventSink(t *testing.T) *eventSink {
	t.Helper()
	s := &eventSink{}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	s.endpoint = strings.TrimPrefix(server.URL, "http://")
	return s
}

func (s *eventSink) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	payload, err := io.ReadAll(r.Body)
	request := plogotlp.NewExportRequest()
	if s.refuses || err != nil || request.UnmarshalProto(payload) != nil {
		w.WriteHeader(http.StatusForbidden)
		return
	}
	for _, resource := range request.Logs().ResourceLogs().All() {
		for _, scope := range resource.ScopeLogs().All() {
			for _, record := range scope.LogRecords().All() {
				s.records = append(s.records, record)
			}
		}
	}
}

func (s *eventSink) received() []plog.LogRecord {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.records
}

func (s *eventSink) flags() *eventFlags { return &eventFlags{endpoint: s.endpoint, protocol: "http"} }

// attribute is a text of a record.
func attribute(t *testing.T, record plog.LogRecord, key string) string {
	t.Helper()
	value, ok := record.Attributes().Get(key)
	require.True(t, ok, key)
	return value.Str()
}

func TestAnActIsAnAuditEvent(t *testing.T) {
	at := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	records := actLogs("ada", []act{
		{name: lowcode.EventCatalogPublished, id: "a", at: at, object: "catalog.yaml", newValue: "r2", rationale: "why"},
		{name: lowcode.EventReattributed, id: "b", at: at, incomplete: true},
	}).ResourceLogs().At(0).ScopeLogs().At(0).LogRecords()
	require.Equal(t, lowcode.EventCatalogPublished, records.At(0).EventName())
	require.Equal(t, at, records.At(0).Timestamp().AsTime())
	require.Equal(t, map[string]any{
		"lowcode.event.id": "a", "lowcode.event.actor": "ada", "lowcode.event.object": "catalog.yaml", "lowcode.event.new_value": "r2", "lowcode.event.rationale": "why",
	}, records.At(0).Attributes().AsRaw())
	require.Equal(t, plog.SeverityNumberWarn, records.At(1).SeverityNumber())
	require.Equal(t, "incomplete", attribute(t, records.At(1), "lowcode.policy.decision"))
}

func TestNothingIsDoneWhereItsEventIsRefused(t *testing.T) {
	sink := startEventSink(t)
	sink.refuses = true
	_, err := sink.flags().open(t.Context(), "nothing is erased")
	require.ErrorContains(t, err, "nothing is erased: its event could not be stored")
	require.ErrorContains(t, err, "--otlp none")
}

func TestWithoutACollectorAnActLeavesNoEvent(t *testing.T) {
	sender, err := (&eventFlags{endpoint: noCollector}).open(t.Context(), "")
	require.NoError(t, err)
	require.NoError(t, sender.send(t.Context(), act{name: lowcode.EventReattributed}))
	require.NoError(t, sender.close())
}
