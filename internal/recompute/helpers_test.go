package recompute_test

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/chdb/chdbtest"
	"github.com/weir-otel/weir/internal/recompute"
	"github.com/weir-otel/weir/internal/schema"
	"github.com/weir-otel/weir/internal/segment"
)

// noon of yesterday: the engine drops what is older than the retention.
var noon = time.Now().UTC().Truncate(24 * time.Hour).Add(-12 * time.Hour)

func database(t testing.TB) driver.Conn {
	t.Helper()
	return onServer(t, chdbtest.Start(t), "weir")
}

func onServer(t testing.TB, server *chdbtest.Server, name string) driver.Conn {
	t.Helper()
	require.NoError(t, schema.Apply(t.Context(), server.Conn(t, "default"), schema.Options{Database: name}))
	return server.Conn(t, name)
}

// report is one row of action_reports, with what the rules look at.
type report struct {
	at       time.Duration // after noon
	length   time.Duration
	source   string // edge, gateway_log, server, client
	service  string
	trace    byte
	span     byte
	parent   byte // 0 = none
	request  string
	conn     string // connector; "" = unattributed
	status   string // of the identity
	user     string
	adjusted float64
	dryRun   bool
	bytes    uint64
	failed   bool
	route    string
}

func (r report) callKey() string {
	caller := r.span
	if r.source != "client" && r.parent != 0 {
		caller = r.parent
	}
	if r.request != "" {
		return "req:" + r.request
	}
	trace, span := r.traceID(), id8(caller)
	return string(trace[:]) + string(span[:])
}

func (r report) traceID() [16]byte {
	var id [16]byte
	if r.trace != 0 {
		id[0], id[15] = r.trace, 0xee
	}
	return id
}

func id8(b byte) [8]byte {
	var id [8]byte
	if b != 0 {
		id[0], id[7] = b, 0xff
	}
	return id
}

// deliver inserts reports as the exporter does: rows, then the queue.
func deliver(t testing.TB, conn driver.Conn, reports ...report) {
	t.Helper()
	id, err := segment.NewID(time.Now())
	require.NoError(t, err)
	batch, err := conn.PrepareBatch(t.Context(), `INSERT INTO action_reports (bucket, trace_key, call_key, source, timestamp, duration_ns,
		trace_id, span_id, parent_span_id, service_name, tenant_id, connector_id, identity_status, user_id, method, route,
		status_code, status_class, is_error, bytes_out, dry_run, adjusted_count, segment_id)`)
	require.NoError(t, err)
	buckets := map[uint32]struct{}{}
	for _, r := range reports {
		at := noon.Add(r.at)
		bucket := at.Truncate(5 * time.Minute)
		buckets[uint32(bucket.Unix())] = struct{}{}
		key := uint64(r.trace)
		if r.trace == 0 {
			key = 1 << 40
			for _, c := range r.request {
				key = key*31 + uint64(c)
			}
		}
		trace, span, parent := r.traceID(), id8(r.span), id8(r.parent)
		adjusted := r.adjusted
		if adjusted == 0 {
			adjusted = 1
		}
		status := r.status
		if status == "" {
			status = map[bool]string{true: "unattributed", false: "claimed"}[r.conn == ""]
		}
		code, class := uint16(200), "2xx"
		if r.failed {
			code, class = 500, "5xx"
		}
		require.NoError(t, batch.Append(bucket, key, r.callKey(), r.source, at, uint64(r.length),
			string(trace[:]), string(span[:]), string(parent[:]), r.service, "acme", r.conn, status, r.user, "GET", r.route,
			code, class, flag(r.failed), r.bytes, flag(r.dryRun), adjusted, id.String()))
	}
	require.NoError(t, batch.Send())
	queue(t, conn, id, len(reports), buckets)
}

func queue(t testing.TB, conn driver.Conn, id segment.ID, reports int, buckets map[uint32]struct{}) {
	t.Helper()
	require.NoError(t, recompute.Enqueue(t.Context(), conn, id, reports, buckets))
}

func flag(b bool) uint8 {
	if b {
		return 1
	}
	return 0
}

func settle(t testing.TB, conn driver.Conn) {
	t.Helper()
	require.NoError(t, recompute.Settle(t.Context(), conn))
}

// lines runs a query whose only column is a string.
func lines(t testing.TB, conn driver.Conn, query string) []string {
	t.Helper()
	rows, err := conn.Query(context.WithoutCancel(t.Context()), query)
	require.NoError(t, err)
	defer rows.Close()
	var all []string
	for rows.Next() {
		var line string
		require.NoError(t, rows.Scan(&line))
		all = append(all, line)
	}
	require.NoError(t, rows.Err())
	return all
}

// actionsByTrace are the live ones of each trace, as actions lists them.
func actionsByTrace(t testing.TB, conn driver.Conn) map[byte][]string {
	t.Helper()
	found := map[byte][]string{}
	for _, line := range lines(t, conn, `SELECT concat(toString(reinterpretAsUInt8(substring(trace_id, 1, 1))), '|', `+actionLine+`)
		FROM actions FINAL WHERE live ORDER BY timestamp, source, service_name, span_id`) {
		trace, action, _ := strings.Cut(line, "|")
		found[byte(parse(t, trace))] = append(found[byte(parse(t, trace))], action)
	}
	return found
}

const actionLine = `concat(toString(source), ' ', service_name, ' ', toString(reinterpretAsUInt8(substring(span_id, 1, 1))), ' ',
	if(connector_id = '', '-', connector_id), ' ', identity_status)`

// actions are the live ones: "source service span connector identity".
func actions(t testing.TB, conn driver.Conn) []string {
	t.Helper()
	return lines(t, conn, "SELECT "+actionLine+" FROM actions FINAL WHERE live ORDER BY timestamp, source, service_name, span_id")
}

func count(t testing.TB, conn driver.Conn, query string, args ...any) uint64 {
	t.Helper()
	var n uint64
	require.NoError(t, conn.QueryRow(t.Context(), fmt.Sprintf(query, args...)).Scan(&n))
	return n
}

func sprintf(format string, args ...any) string { return fmt.Sprintf(format, args...) }

func clearAll(t testing.TB, conn driver.Conn) {
	t.Helper()
	for _, table := range []string{"action_reports", "actions", "connector_5m", "connector_hours", "coverage_5m", "trace_connectors", "reattributions", "recompute_queue"} {
		require.NoError(t, conn.Exec(t.Context(), "TRUNCATE TABLE "+table))
	}
}

func at(d time.Duration) string { return noon.Add(d).Format(time.DateTime) }

// replace fills placeholders, given in pairs.
func replace(text string, pairs ...any) string {
	for i := 0; i < len(pairs); i += 2 {
		text = strings.ReplaceAll(text, pairs[i].(string), fmt.Sprint(pairs[i+1]))
	}
	return text
}

func parse(t testing.TB, s string) uint32 {
	t.Helper()
	n, err := strconv.ParseUint(s, 10, 32)
	require.NoError(t, err)
	return uint32(n)
}
