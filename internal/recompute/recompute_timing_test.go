package recompute_test

import (
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/segment"
)

const (
	backfillReports  = 1_000_000
	backfillSegments = 40
	backfillDays     = 28
)

// BenchmarkBackfill resolves a million reports of 200 connectors over 28 days.
// In order, each segment holds a stretch of time; shuffled, each holds a bit of
// every day.
func BenchmarkBackfill(b *testing.B) {
	for name, position := range map[string]string{
		"in order": "number",
		"shuffled": "(number % {segments}) * ({reports} / {segments}) + intDiv(number, {segments})",
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				conn := database(b)
				backfill(b, conn, position)
				b.StartTimer()
				settle(b, conn)
			}
			b.ReportMetric(backfillReports/b.Elapsed().Seconds()*float64(b.N), "reports/s")
		})
	}
}

// backfill fills action_reports as 40 segments would.
func backfill(b *testing.B, conn driver.Conn, position string) {
	b.Helper()
	const each = backfillReports / backfillSegments
	start := time.Now().UTC().Truncate(24*time.Hour).AddDate(0, 0, -backfillDays)
	for i := range backfillSegments {
		id, err := segment.NewID(time.Now())
		require.NoError(b, err)
		sql := replace(`
INSERT INTO action_reports (bucket, trace_key, call_key, source, timestamp, duration_ns, trace_id, span_id, parent_span_id, service_name,
    tenant_id, connector_id, platform_name, identity_status, identity_method, user_id, method, route, status_code, status_class, is_error,
    bytes_in, bytes_out, adjusted_count, segment_id)
SELECT
    toStartOfFiveMinutes(timestamp), cityHash64(n), concat(trace_id, parent_span_id), 'edge',
    toDateTime64({start}, 9, 'UTC') + toIntervalMillisecond(toUInt64({days} * 86400000. * n / {reports})) AS timestamp,
    1000000 + cityHash64(n) % 500000000,
    toFixedString(unhex(hex(sipHash128(n))), 16) AS trace_id, toFixedString(reinterpretAsFixedString(cityHash64(n, 1)), 8),
    toFixedString(reinterpretAsFixedString(cityHash64(n, 2)), 8) AS parent_span_id, 'api-gateway',
    'acme', concat('connector-', toString(cityHash64(n, 3) % 200)), 'make', 'verified', 'gateway_consumer', concat('user-', toString(cityHash64(n, 4) % 500)),
    ['GET', 'POST'][1 + n % 2], concat('/resource-', toString(cityHash64(n, 5) % 25), '/{id}'), 200, '2xx', 0,
    cityHash64(n, 6) % 1000, cityHash64(n, 7) % 10000, 1, '{id}'
FROM (SELECT toUInt64({position}) AS n FROM numbers({from}, {each}))
SETTINGS insert_deduplicate = 0`,
			"{position}", position, "{segments}", backfillSegments, "{reports}", backfillReports, "{days}", backfillDays,
			"{start}", start.Unix(), "{from}", i*each, "{each}", each, "{id}", id)
		require.NoError(b, conn.Exec(b.Context(), sql))
		buckets := map[uint32]struct{}{}
		for _, bucket := range lines(b, conn, "SELECT DISTINCT toString(toUnixTimestamp(bucket)) FROM action_reports WHERE segment_id = '"+id.String()+"'") {
			buckets[parse(b, bucket)] = struct{}{}
		}
		queue(b, conn, id, each, buckets)
	}
}
