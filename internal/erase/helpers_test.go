package erase

import (
	"bytes"
	"crypto/ed25519"
	"encoding/binary"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/weir-otel/weir/internal/audit"
	"github.com/weir-otel/weir/internal/chdb"
	"github.com/weir-otel/weir/internal/chdb/chdbtest"
	"github.com/weir-otel/weir/internal/recompute"
	"github.com/weir-otel/weir/internal/schema"
	"github.com/weir-otel/weir/internal/segment"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// The people of these tests: the first is erased.
const (
	ann = "ann@x.com"
	joe = "joe@x.com"
)

// noon of yesterday: the engine drops what is older than the retention.
var noon = time.Now().UTC().Truncate(24 * time.Hour).Add(-12 * time.Hour)

// store is a database with its folders.
type store struct {
	*chdbtest.Server
	conn     driver.Conn
	data     string // of the engine
	segments string
	key      *Key
	signing  ed25519.PrivateKey
}

func newStore(t *testing.T) *store {
	t.Helper()
	s := &store{data: t.TempDir(), segments: t.TempDir(), signing: ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, ed25519.SeedSize))}
	s.Server = chdbtest.StartWith(t, chdb.Config{Directory: s.data})
	s.conn = s.database(t, "weir")
	var err error
	s.key, err = NewKey(s.signing)
	require.NoError(t, err)
	return s
}

func (s *store) database(t *testing.T, name string) driver.Conn {
	t.Helper()
	require.NoError(t, schema.Apply(t.Context(), s.Conn(t, "default"), schema.Options{Database: name}))
	return s.Conn(t, name)
}

func (s *store) eraser() *Eraser {
	return &Eraser{Conn: s.conn, Key: s.key, Segments: s.segments, Operator: "root", Now: time.Now}
}

func exec(t *testing.T, conn driver.Conn, sql string) {
	t.Helper()
	require.NoError(t, conn.Exec(t.Context(), sql), sql)
}

func count(t *testing.T, conn driver.Conn, sql string) (n uint64) {
	t.Helper()
	require.NoError(t, conn.QueryRow(t.Context(), sql).Scan(&n), sql)
	return n
}

func newSubject(t *testing.T, values ...string) *Subject {
	t.Helper()
	s, err := NewSubject(values, nil)
	require.NoError(t, err)
	return s
}

// literal is a value of the type that holds the text, in all its parts.
func literal(typ, text string, at time.Time) string {
	base, args := splitType(typ)
	switch {
	case base == "String":
		return "'" + text + "'"
	case base == "LowCardinality", base == "Nullable":
		return literal(args[0], text, at)
	case base == "Array":
		return "[" + literal(args[0], text, at) + "]"
	case base == "Map":
		return "map(" + literal(args[0], text, at) + ", " + literal(args[1], text, at) + ")"
	case strings.HasPrefix(base, "Date"):
		return "'" + at.Format(time.DateTime) + "'"
	case base == "UUID":
		return "generateUUIDv7()"
	// Keys of two people differ, or one's row would replace the other's.
	case base == "FixedString":
		return "substring(MD5('" + text + "'), 1, least(16, " + args[0] + "))"
	case base == "UInt64", base == "UInt32":
		return "1 + CRC32('" + text + "') % 1000"
	case base == "Bool":
		return "true"
	default:
		return "defaultValueOfTypeName('" + strings.ReplaceAll(typ, "'", "\\'") + "')"
	}
}

// plant inserts a row whose every column of text holds the text.
func plant(t *testing.T, conn driver.Conn, table *table, text string, at time.Time) {
	t.Helper()
	var names, values []string
	for _, c := range table.columns {
		if base, _ := splitType(c.typ); base == "AggregateFunction" {
			continue
		}
		names, values = append(names, quote(c.name)), append(values, "CAST("+literal(c.typ, text, at)+" AS "+c.typ+")")
	}
	exec(t, conn, "INSERT INTO "+quote(table.name)+" ("+strings.Join(names, ", ")+") SELECT "+strings.Join(values, ", "))
}

// report is one row of action_reports.
type report struct {
	at      time.Duration // after noon
	source  string
	service string
	trace   byte
	span    byte
	parent  byte
	user    string
	bytes   uint64
}

// deliver inserts reports as the exporter does: rows, then the queue.
func deliver(t *testing.T, conn driver.Conn, reports ...report) {
	t.Helper()
	id, err := segment.NewID(time.Now())
	require.NoError(t, err)
	batch, err := conn.PrepareBatch(t.Context(), `INSERT INTO action_reports (bucket, trace_key, call_key, source, timestamp, duration_ns,
		trace_id, span_id, parent_span_id, service_name, tenant_id, connector_id, identity_status, user_id, method, route, status_code, status_class, bytes_out, adjusted_count, segment_id)`)
	require.NoError(t, err)
	buckets := map[uint32]struct{}{}
	for _, r := range reports {
		at := noon.Add(r.at)
		bucket := at.Truncate(5 * time.Minute)
		buckets[uint32(bucket.Unix())] = struct{}{}
		trace, span, parent := string(append(make([]byte, 15), r.trace)), string(append(make([]byte, 7), r.span)), string(append(make([]byte, 7), r.parent))
		caller := span
		if r.source != "client" && r.parent != 0 {
			caller = parent
		}
		require.NoError(t, batch.Append(bucket, uint64(r.trace), trace+caller, r.source, at, uint64(5e6), trace, span, parent, r.service, "acme", "crm", "verified", r.user,
			"GET", "/v1", uint16(200), "2xx", r.bytes, float64(1), id.String()))
	}
	require.NoError(t, batch.Send())
	require.NoError(t, recompute.Enqueue(t.Context(), conn, id, len(reports), buckets))
}

// rollups are what people read of actions, without when it was computed.
func rollups(t *testing.T, conn driver.Conn) []string {
	t.Helper()
	var all []string
	for _, sql := range []string{
		"SELECT toString(tuple(bucket, connector_id, route, actions, adjusted_count, bytes_out, latency_histogram, finalizeAggregation(users))) FROM connector_5m FINAL WHERE actions > 0 ORDER BY ALL",
		"SELECT toString(tuple(hour, connector_id, route, actions, adjusted_count, bytes_out, latency_histogram, finalizeAggregation(users))) FROM connector_hours FINAL WHERE actions > 0 ORDER BY ALL",
		"SELECT toString(tuple(bucket, service_name, identity_status, trace_context, actions)) FROM coverage_5m FINAL WHERE actions > 0 ORDER BY ALL",
		"SELECT toString(tuple(bucket, hex(call_key), source, reports, service_name, user_id)) FROM actions FINAL WHERE live = 1 ORDER BY ALL",
		"SELECT toString(tuple(hex(trace_id), bucket, verified, connector_id, user_id)) FROM trace_connectors FINAL WHERE live = 1 ORDER BY ALL",
	} {
		rows, err := conn.Query(t.Context(), sql)
		require.NoError(t, err, sql)
		for rows.Next() {
			var text string
			require.NoError(t, rows.Scan(&text))
			all = append(all, text)
		}
		require.NoError(t, rows.Err())
		rows.Close()
	}
	return all
}

// chained stores events as the exporter does, and their chain.
func (s *store) chained(t *testing.T, texts ...string) {
	t.Helper()
	now := time.Now().UTC().Truncate(time.Millisecond)
	ledger, err := audit.Open(audit.Settings{Key: ed25519.NewKeyFromSeed(bytes.Repeat([]byte{1}, ed25519.SeedSize)), Interval: time.Minute, EventDays: 30, ChainDays: 400, Now: func() time.Time { return now }})
	require.NoError(t, err)
	var id audit.SegmentID
	binary.BigEndian.PutUint64(id[:8], uint64(now.UnixMilli())<<16|0x7000)
	id[8] = 0x80
	names := slices.Concat(audit.TextColumns[:], []string{"timestamp", "received_at", "attributes", "salt", "digest", "segment_id"})
	batch, err := s.conn.PrepareBatch(t.Context(), "INSERT INTO events ("+strings.Join(names, ", ")+")")
	require.NoError(t, err)
	var digests []audit.Sum
	for i, text := range texts {
		e := audit.Event{Timestamp: now.UnixNano(), ReceivedAt: now.UnixNano(), Attributes: []audit.Attribute{{Key: "of", Value: "<" + text + ">"}}}
		var row []any
		for _, field := range e.Texts() {
			*field = text
		}
		e.Source = ledger.Source()
		for _, field := range e.Texts() {
			row = append(row, *field)
		}
		salt := [audit.SaltSize]byte{byte(i)}
		digest := new(audit.Hasher).Digest(salt, &e)
		digests = append(digests, digest)
		require.NoError(t, batch.Append(append(row, now, now, map[string]string{"of": "<" + text + ">"}, string(salt[:]), string(digest[:]), id.String())...))
	}
	require.NoError(t, batch.Send())
	chain, err := s.conn.PrepareBatch(t.Context(), "INSERT INTO event_chain (source, seq, digest, hash, segment_id)")
	require.NoError(t, err)
	for _, e := range ledger.Trailer(id, digests) {
		require.NoError(t, chain.Append(e.Source, e.Seq, string(e.Digest[:]), string(e.Hash[:]), e.Segment.String()))
	}
	require.NoError(t, chain.Send())
}

// taken is rows of a table as a segment has them.
func (s *store) taken(t *testing.T, table, where string) segment.Table {
	t.Helper()
	n := count(t, s.conn, "SELECT count() FROM "+table+" WHERE "+where)
	require.NotZero(t, n)
	query := fmt.Sprintf("SELECT * EXCEPT (segment_id), generateUUIDv4() AS segment_id FROM weir.%s WHERE %s ORDER BY 1"+
		" SETTINGS optimize_read_in_order = 0, max_threads = 1 FORMAT Native", table, where) // one block, as a record has it
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.Endpoint, strings.NewReader(query))
	require.NoError(t, err)
	request.SetBasicAuth(s.Username, s.Password)
	answer, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer answer.Body.Close()
	data, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, answer.StatusCode, string(data))
	return segment.Table{Name: table, Rows: int(n), Block: data[:len(data)-int(n)*idSize]}
}

func (s *store) letter(t *testing.T, tables ...segment.Table) segment.ID {
	t.Helper()
	id, err := segment.NewID(time.Now())
	require.NoError(t, err)
	reason := segment.Reason{Segment: id.String(), At: time.Now(), Created: time.Now()}
	for _, table := range tables {
		reason.Tables = append(reason.Tables, segment.TableReason{Table: table.Name, Rows: table.Rows, Code: 27, Key: "user_id=" + ann, Message: "cannot parse '" + ann + "'"})
	}
	require.NoError(t, segment.WriteLetter(s.segments, segment.Header{ID: id, Created: time.Now()}, []segment.Record{{Tables: tables}}, reason))
	return id
}
