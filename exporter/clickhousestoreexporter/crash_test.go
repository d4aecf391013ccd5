package clickhousestoreexporter

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/chdb/chdbtest"
	"github.com/weir-otel/weir/internal/recompute"
)

// TestAnEngineThatIsKilledWhileInsertingHasEveryRowOnce kills the engine under
// load; the supervisor starts it again.
func TestAnEngineThatIsKilledWhileInsertingHasEveryRowOnce(t *testing.T) {
	const (
		kills    = 3
		senders  = 4
		requests = 60 // per sender and kill
		spans    = 20
	)
	server := chdbtest.Start(t)
	cfg := config(t, server)
	cfg.Segment.MaxRows = 200
	h := start(t, cfg)
	var acknowledged atomic.Int64
	for kill := range kills {
		var wg sync.WaitGroup
		halfway := make(chan struct{})
		for sender := range senders {
			wg.Go(func() {
				for request := range requests {
					if sender == 0 && request == requests/2 {
						close(halfway)
					}
					first := ((kill*senders+sender)*requests + request) * spans
					if h.traces.ConsumeTraces(t.Context(), someTraces(first, spans)) == nil {
						acknowledged.Add(spans)
					}
				}
			})
		}
		<-halfway
		if server.PID() != 0 {
			server.Kill()
		}
		wg.Wait()
	}
	require.EqualValues(t, kills*senders*requests*spans, acknowledged.Load(), "the folder takes everything while the engine is down")
	h.settled()
	conn := server.Conn(t, "weir")
	require.NoError(t, recompute.Settle(t.Context(), conn))
	all := int(acknowledged.Load())
	for _, query := range []string{
		"SELECT count() FROM spans",
		"SELECT uniqExact(span_id) FROM spans",
		"SELECT count() FROM action_reports",
		"SELECT count() FROM who_did_what",
		"SELECT sum(actions) FROM connector_hours FINAL",
	} {
		require.Equal(t, all, count(t, conn, "%s", query), query)
	}
	require.Equal(t, all, h.sum("received_rows", "spans"))
	require.Eventually(t, func() bool { return h.sum("stored_rows", "spans") == all }, 5*time.Second, 10*time.Millisecond)
	h.stop()
}
