package ship

import (
	"context"
	"encoding/binary"
	"strconv"
	"testing"
	"time"

	"github.com/ClickHouse/ch-go/proto"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/config/configopaque"

	"github.com/weir-otel/weir/internal/chconn"
	"github.com/weir-otel/weir/internal/chdb/chdbtest"
	"github.com/weir-otel/weir/internal/segment"
)

// createItems makes a table like those of segments, partitioned by day.
const createItems = `CREATE TABLE items (timestamp DateTime64(9, 'UTC'), tenant LowCardinality(String), n UInt64, segment_id UUID)
ENGINE = MergeTree PARTITION BY toDate(timestamp) ORDER BY (tenant, n) SETTINGS non_replicated_deduplication_window = 1000`

// rig is a table in the engine, behind a proxy that can fail.
type rig struct {
	*testing.T
	server *chdbtest.Server
	proxy  *chdbtest.Proxy
	direct driver.Conn
	now    time.Time
	sent   int // INSERTs
}

func newRig(t *testing.T) *rig {
	t.Helper()
	g := &rig{T: t, server: chdbtest.Start(t), now: time.Now()}
	g.proxy = g.server.Proxy(t)
	require.NoError(t, g.server.Conn(t, "default").Exec(t.Context(), "CREATE DATABASE weir"))
	g.direct = g.server.Conn(t, "weir")
	g.exec(createItems)
	return g
}

func (g *rig) exec(query string) {
	g.Helper()
	require.NoError(g, g.direct.Exec(g.Context(), query))
}

// shipper is a new one, as after a restart.
func (g *rig) shipper() *Shipper {
	g.Helper()
	cfg := &chconn.Config{Endpoint: g.proxy.Endpoint, Database: "weir", Username: g.server.Username, Password: configopaque.String(g.server.Password), Timeout: time.Minute}
	conn, err := cfg.Open(nil)
	require.NoError(g, err)
	g.Cleanup(func() { require.NoError(g, conn.Close()) })
	return &Shipper{
		Conn: conn, Compression: CompressionLZ4, Now: func() time.Time { return g.now },
		Sent: func(string, time.Duration, error) { g.sent++ },
	}
}

// items are rows with the numbers from first on, on four days.
func items(first, n int) segment.Table {
	var b proto.Buffer
	name := func(name, typ string) {
		b.PutString(name)
		b.PutString(typ)
	}
	b.PutInt(4)
	b.PutInt(n)
	name("timestamp", "DateTime64(9, 'UTC')")
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range n {
		b.PutInt64(start.Add(time.Duration((first+i)%8) * 12 * time.Hour).UnixNano())
	}
	name("tenant", "LowCardinality(String)")
	tenants := new(proto.ColStr).LowCardinality()
	for i := range n {
		tenants.Append("tenant-" + strconv.Itoa((first+i)%3))
	}
	if err := tenants.Prepare(); err != nil {
		panic(err)
	}
	tenants.EncodeState(&b)
	tenants.EncodeColumn(&b)
	name("n", "UInt64")
	for i := range n {
		b.Buf = binary.LittleEndian.AppendUint64(b.Buf, uint64(first+i))
	}
	name("segment_id", "UUID")
	return segment.Table{Name: "items", Rows: n, Block: b.Buf}
}

// sealed is a segment of a record for each table.
func (g *rig) sealed(tables ...segment.Table) *segment.Sealed {
	g.Helper()
	store, err := segment.Open(segment.Settings{Directory: g.TempDir(), Now: time.Now})
	require.NoError(g, err)
	g.Cleanup(func() { require.NoError(g, store.Close()) })
	for _, table := range tables {
		require.NoError(g, store.Append(g.Context(), &segment.Record{Tables: []segment.Table{table}}))
	}
	store.Seal()
	ctx, cancel := context.WithTimeout(g.Context(), 10*time.Second)
	defer cancel()
	sealed, err := store.Next(ctx)
	require.NoError(g, err)
	return sealed
}

// send is one attempt.
func (g *rig) send(s *Shipper, sealed *segment.Sealed, d *Delivery) (Result, error) {
	g.Helper()
	r, err := segment.OpenReader(sealed.Path)
	require.NoError(g, err)
	defer r.Close()
	return s.Send(g.Context(), r, d)
}

func (g *rig) delivery(sealed *segment.Sealed, recovered bool) *Delivery {
	g.Helper()
	d, err := NewDelivery(sealed.Path, recovered)
	require.NoError(g, err)
	g.Cleanup(func() { require.NoError(g, d.Close()) })
	return d
}

func (g *rig) count(where string) int {
	g.Helper()
	var n uint64
	require.NoError(g, g.direct.QueryRow(g.Context(), "SELECT count() FROM items WHERE "+where).Scan(&n))
	return int(n)
}

// of counts a segment's rows, and how many different ones they are.
func (g *rig) of(sealed *segment.Sealed) (rows, different int) {
	g.Helper()
	where := "segment_id = '" + sealed.ID.String() + "'"
	var n uint64
	require.NoError(g, g.direct.QueryRow(g.Context(), "SELECT uniqExact(n) FROM items WHERE "+where).Scan(&n))
	return g.count(where), int(n)
}

func (g *rig) has(sealed *segment.Sealed, want int) {
	g.Helper()
	rows, different := g.of(sealed)
	require.Equal(g, want, rows)
	require.Equal(g, want, different)
}
