package clickhousestoreexporter

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/processor/processortest"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/weir-otel/weir/internal/chdb/chdbtest"
	"github.com/weir-otel/weir/internal/segment"
	"github.com/weir-otel/weir/processor/identityprocessor"
)

// counts are the sums of the metrics of rows, by metric and table, of one
// moment.
func (h *harness) counts() map[string]map[string]int {
	h.Helper()
	var all metricdata.ResourceMetrics
	require.NoError(h, h.telemetry.Reader.Collect(h.Context(), &all))
	found := map[string]map[string]int{}
	for _, scope := range all.ScopeMetrics {
		for _, m := range scope.Metrics {
			var points []metricdata.DataPoint[int64]
			switch data := m.Data.(type) {
			case metricdata.Sum[int64]:
				points = data.DataPoints
			case metricdata.Gauge[int64]:
				points = data.DataPoints
			}
			byTable := map[string]int{}
			for _, p := range points {
				if table, ok := p.Attributes.Value("table"); ok {
					byTable[table.AsString()] += int(p.Value)
				}
			}
			found[strings.TrimPrefix(m.Name, "otelcol_exporter_clickhouse_store_")] = byTable
		}
	}
	return found
}

// addUp requires that received = stored + waiting + dead-lettered.
func (h *harness) addUp() {
	h.Helper()
	c := h.counts()
	for table, received := range c["received_rows"] {
		waiting := c["waiting_rows"][table]
		require.GreaterOrEqual(h, waiting, 0, table)
		require.Equal(h, received, c["stored_rows"][table]+waiting+c["dead_lettered_rows"][table], table)
	}
}

func TestCountsOfRowsAddUpWhateverFails(t *testing.T) {
	const (
		seed     = 7
		senders  = 4
		requests = 10
		spans    = 8
	)
	server := chdbtest.Start(t)
	proxy := server.Proxy(t)
	cfg := config(t, server)
	cfg.ClickHouse.Endpoint = proxy.Endpoint
	cfg.Segment.MaxRows = 80
	h := start(t, cfg)
	conn := server.Conn(t, "weir")
	require.NoError(t, conn.Exec(t.Context(), "ALTER TABLE spans ADD CONSTRAINT poison CHECK attributes_int['number'] % 100 != 13"))
	random := rand.New(rand.NewPCG(seed, seed))
	proxy.Choose(func(table string) chdbtest.Fault { // called with the proxy's lock
		if table == "" || random.IntN(6) > 0 {
			return chdbtest.Pass
		}
		return []chdbtest.Fault{chdbtest.Refuse, chdbtest.Reset, chdbtest.LoseAnswer, chdbtest.Answer500}[random.IntN(4)]
	})

	var wg sync.WaitGroup
	var refused atomic.Int64
	for sender := range senders {
		wg.Go(func() {
			for request := range requests {
				if h.traces.ConsumeTraces(t.Context(), someTraces((sender*requests+request)*spans, spans)) != nil {
					refused.Add(1)
				}
			}
		})
	}
	require.Eventually(t, func() bool {
		h.addUp()
		return h.store.segments.Stats().Segments == 0 && h.counts()["received_rows"]["spans"] == senders*requests*spans
	}, 2*time.Minute, 50*time.Millisecond)
	wg.Wait()
	require.Zero(t, refused.Load())

	const (
		all    = senders * requests * spans
		poison = (all + 86) / 100 // 13, 113, …
	)
	c := h.counts()
	require.Equal(t, all, c["received_rows"]["spans"])
	require.Equal(t, poison, c["dead_lettered_rows"]["spans"])
	require.Equal(t, c["stored_rows"]["spans"], count(t, conn, "SELECT count() FROM spans"))
	require.Equal(t, c["stored_rows"]["spans"], count(t, conn, "SELECT uniqExact(span_id) FROM spans"))
	require.Equal(t, all, count(t, conn, "SELECT count() FROM action_reports"))
	letters, err := segment.DeadLetters(cfg.Directory)
	require.NoError(t, err)
	dead := 0
	for _, letter := range letters {
		for _, table := range letter.Tables {
			dead += table.Rows
		}
	}
	require.Equal(t, poison, dead)
	h.stop()
}

func TestAClickHouseThatAnswersWithErrorsAtTheStartIsWaitedFor(t *testing.T) {
	server := chdbtest.Start(t)
	proxy := server.Proxy(t)
	cfg := config(t, server)
	cfg.ClickHouse.Endpoint = proxy.Endpoint
	proxy.Choose(func(string) chdbtest.Fault { return chdbtest.Answer500 })
	h := start(t, cfg)
	require.False(t, h.store.delivery.ok())
	require.NoError(t, h.traces.ConsumeTraces(t.Context(), someTraces(0, 10)))
	h.addUp()
	proxy.Choose(func(string) chdbtest.Fault { return chdbtest.Pass })
	h.settled()
	require.Equal(t, 10, count(t, server.Conn(t, "weir"), "SELECT count() FROM spans"))
	h.stop()
}

func TestAServerThatWouldStoreRowsTwiceIsRefused(t *testing.T) {
	server := chdbtest.Start(t)
	cfg := config(t, server)
	start(t, cfg).stop()
	conn := server.Conn(t, "weir")
	require.NoError(t, conn.Exec(t.Context(), "ALTER TABLE spans MODIFY SETTING non_replicated_deduplication_window = 0"))
	again := *cfg
	again.CreateSchema = SchemaCheck // auto would mend it
	s, err := newStore(componenttest.NewNopTelemetrySettings(), &again)
	require.NoError(t, err)
	require.ErrorContains(t, s.start(t.Context(), componenttest.NewNopHost()),
		"non_replicated_deduplication_window of table spans is 0, expected at least 720: ALTER TABLE spans MODIFY SETTING")
	again.CreateSchema = SchemaOff // whoever manages the schema is only told
	h := start(t, &again)
	h.stop()
}

func TestARequestThatIsSentAgainIsStoredOnce(t *testing.T) {
	server := chdbtest.Start(t)
	cfg := config(t, server)
	h := start(t, cfg)
	factory := identityprocessor.NewFactory()
	identity, err := factory.CreateTraces(t.Context(), processortest.NewNopSettings(factory.Type()), factory.CreateDefaultConfig(), h.traces)
	require.NoError(t, err)
	require.NoError(t, identity.Start(t.Context(), componenttest.NewNopHost()))
	send := func(td ptrace.Traces) { require.NoError(t, identity.ConsumeTraces(t.Context(), td)) }
	send(someTraces(0, 10))
	send(someTraces(0, 10))
	h.settled()
	send(someTraces(0, 10)) // also when the first is stored and gone
	send(someTraces(10, 5))
	h.settled()
	h.addUp()
	require.Equal(t, 15, count(t, server.Conn(t, "weir"), "SELECT count() FROM spans"))
	require.Equal(t, 15, h.sum("received_rows", "spans"))
	require.Equal(t, 20, h.sum("duplicate_rows", "spans"))
	require.NoError(t, identity.Shutdown(t.Context()))
	h.stop()
}

func TestASegmentWaitsForRoomInTheDeadLettersAndOthersGoOn(t *testing.T) {
	server := chdbtest.Start(t)
	cfg := config(t, server)
	cfg.DeadLetter.MaxMiB = 1
	filler := filepath.Join(cfg.Directory, "dead-letter", "filler")
	require.NoError(t, os.MkdirAll(filepath.Dir(filler), 0o700))
	require.NoError(t, os.WriteFile(filler, make([]byte, 1<<20), 0o600))
	h := start(t, cfg)
	conn := server.Conn(t, "weir")
	require.NoError(t, conn.Exec(t.Context(), "ALTER TABLE spans ADD CONSTRAINT no_3 CHECK attributes_int['number'] != 3"))
	require.NoError(t, h.traces.ConsumeTraces(t.Context(), someTraces(0, 10)))
	require.Eventually(t, func() bool { return !h.store.doubts.ok() }, time.Minute, time.Millisecond)
	require.NoError(t, h.traces.ConsumeTraces(t.Context(), someTraces(10, 10)))
	require.Eventually(t, func() bool { return h.sum("stored_rows", "spans") == 10 }, time.Minute, 10*time.Millisecond)
	require.Equal(t, 10, h.sum("waiting_rows", "spans"))
	require.Equal(t, 19, count(t, conn, "SELECT count() FROM spans"))
	h.addUp()
	require.NoError(t, os.Remove(filler))
	h.settled()
	require.Equal(t, 1, h.sum("dead_lettered_rows", "spans"))
	require.Equal(t, 19, count(t, conn, "SELECT count() FROM spans"))
	h.stop()
}

func TestWhatIsOnlyInMemoryIsStoredToo(t *testing.T) {
	server := chdbtest.Start(t)
	cfg := config(t, server)
	cfg.Durability = DurabilityMemory
	h := start(t, cfg)
	require.NoError(t, h.traces.ConsumeTraces(t.Context(), someTraces(0, 10)))
	h.settled()
	h.addUp()
	require.Equal(t, 10, count(t, server.Conn(t, "weir"), "SELECT count() FROM spans"))
	h.stop()
	files, err := os.ReadDir(cfg.Directory)
	require.NoError(t, err)
	require.Empty(t, files)
}

func TestOnlyRequestsOfAuditEventsAloneMayUseTheReserve(t *testing.T) {
	record := func(tables ...string) *segment.Record {
		r := &segment.Record{}
		for _, name := range tables {
			r.Tables = append(r.Tables, segment.Table{Name: name})
		}
		return r
	}
	require.True(t, isAudit(record("events")))
	require.True(t, isAudit(record("events", "resources")))
	require.False(t, isAudit(record("events", "logs")))
	require.False(t, isAudit(record("resources")))
}
