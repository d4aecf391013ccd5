package clickhousestoreexporter

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/exporter/exportertest"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/weir-otel/weir/exporter/clickhousestoreexporter/internal/metadata"
	"github.com/weir-otel/weir/internal/chdb/chdbtest"
	"github.com/weir-otel/weir/internal/lowcode"
	"github.com/weir-otel/weir/internal/recompute"
)

const (
	backfillSpans   = 1_000_000
	backfillRequest = 1000
	backfillSenders = 4
	backfillDays    = 28
)

// BenchmarkBackfill stores 28 days of a million gateway spans in order of time
// and waits until actions and rollups are there.
func BenchmarkBackfill(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		server := chdbtest.Start(b)
		cfg := createDefaultConfig().(*Config)
		cfg.ClickHouse.Endpoint, cfg.ClickHouse.Username = server.Endpoint, server.Username
		cfg.ClickHouse.Password = configopaque.String(server.Password)
		cfg.Directory = b.TempDir()
		e, err := NewFactory().CreateTraces(b.Context(), exportertest.NewNopSettings(metadata.Type), cfg)
		require.NoError(b, err)
		require.NoError(b, e.Start(b.Context(), componenttest.NewNopHost()))
		b.StartTimer()

		begin := time.Now()
		var wg sync.WaitGroup
		requests := make(chan int)
		for range backfillSenders {
			wg.Go(func() {
				for first := range requests {
					require.NoError(b, e.ConsumeTraces(b.Context(), backfillTraces(first)))
				}
			})
		}
		for first := 0; first < backfillSpans; first += backfillRequest {
			requests <- first
		}
		close(requests)
		wg.Wait()
		acknowledged := time.Since(begin)

		conn := server.Conn(b, "weir")
		require.Eventually(b, func() bool {
			var spans uint64
			require.NoError(b, conn.QueryRow(b.Context(), "SELECT count() FROM spans").Scan(&spans))
			pending, err := recompute.Pending(b.Context(), conn)
			return err == nil && pending == 0 && spans == backfillSpans
		}, 5*time.Minute, 50*time.Millisecond)
		b.ReportMetric(backfillSpans/acknowledged.Seconds(), "acknowledged/s")
		b.ReportMetric(backfillSpans/time.Since(begin).Seconds(), "settled/s")
		var size uint64
		require.NoError(b, conn.QueryRow(b.Context(), "SELECT sum(bytes_on_disk) FROM system.parts WHERE database = 'weir' AND table = 'spans' AND active").Scan(&size))
		b.ReportMetric(float64(size)/backfillSpans, "disk-B/span")
		require.NoError(b, e.Shutdown(b.Context()))
	}
}

func backfillTraces(first int) ptrace.Traces {
	random := rand.New(rand.NewPCG(uint64(first), 1))
	start := time.Now().UTC().Truncate(24*time.Hour).AddDate(0, 0, -backfillDays)
	td := ptrace.NewTraces()
	rs := td.ResourceSpans().AppendEmpty()
	rs.Resource().Attributes().PutStr("service.name", "api-gateway")
	spans := rs.ScopeSpans().AppendEmpty().Spans()
	spans.EnsureCapacity(backfillRequest)
	for i := range backfillRequest {
		at := start.Add(time.Duration(float64(backfillDays*24*time.Hour) * float64(first+i) / backfillSpans))
		s := spans.AppendEmpty()
		var id [16]byte
		binary.LittleEndian.PutUint64(id[:], random.Uint64())
		binary.LittleEndian.PutUint64(id[8:], random.Uint64())
		s.SetTraceID(id)
		s.SetSpanID([8]byte(id[4:12]))
		s.SetParentSpanID([8]byte(id[8:]))
		s.SetKind(ptrace.SpanKindServer)
		s.SetStartTimestamp(pcommon.NewTimestampFromTime(at))
		s.SetEndTimestamp(pcommon.NewTimestampFromTime(at.Add(time.Duration(random.Int64N(1e8)))))
		connector, endpoint := random.IntN(200), random.IntN(12)
		route := fmt.Sprintf("/resource-%d/{id}", endpoint)
		s.SetName("GET " + route)
		a := s.Attributes()
		a.EnsureCapacity(16)
		a.PutStr("http.request.method", "GET")
		a.PutStr("url.path", fmt.Sprintf("/resource-%d/%d", endpoint, random.IntN(10000)))
		a.PutStr("http.route", route)
		a.PutStr("user_agent.original", "Make/production")
		a.PutStr("client.address", "203.0.113.7")
		a.PutStr("user.id", fmt.Sprintf("user-%d", random.IntN(500)))
		a.PutStr(lowcode.KeyConnectorID, fmt.Sprintf("connector-%d", connector))
		a.PutStr(lowcode.KeyTenantID, "acme")
		a.PutStr(lowcode.KeyPlatformName, "make")
		a.PutStr(lowcode.KeyIdentityStatus, lowcode.StatusVerified)
		a.PutStr(lowcode.KeyIdentityMethod, lowcode.MethodGatewayConsumer)
		a.PutStr(lowcode.KeyReportSource, lowcode.ReportEdge)
		a.PutInt("http.response.status_code", 200)
		a.PutInt("http.request.body.size", random.Int64N(1000))
		a.PutInt("http.response.body.size", random.Int64N(10000))
	}
	return td
}
