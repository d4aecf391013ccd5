package leak

import (
	"context"
	"encoding/base64"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/chdb/chdbtest"
	"github.com/weir-otel/weir/internal/segment"
)

var needles = []Needle{{"key", "k-123456789"}, {"mail", "ada@example.org"}, {"number", "4" + "539" + "000011112222"}}

func TestFilesAndSegmentsAreSearched(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "weir.log"), []byte("took k-123456789 and k-123456789"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "column.bin"), []byte("k-123456789 as chance has it"), 0o600))
	require.NoError(t, os.Mkdir(filepath.Join(dir, "segments"), 0o700))
	writeSegment(t, filepath.Join(dir, "segments"), "row with ada@example.org")

	for _, s := range []*Search{New(needles), New(many())} {
		require.NoError(t, s.Files(dir))
		require.Equal(t, []string{"key in file weir.log (2)", "mail in segment, table spans (1)"}, s.Found.Places())
		require.True(t, s.Found.In("mail", "segment, "))
		require.False(t, s.Found.In("mail", "file "))
		require.Equal(t, 1, s.Searched.Segments)
	}
}

func writeSegment(t *testing.T, dir, block string) {
	t.Helper()
	store, err := segment.Open(segment.Settings{Directory: dir, MaxAge: time.Hour, MaxBytes: 1 << 20, MaxRows: 1000, Now: time.Now})
	require.NoError(t, err)
	require.NoError(t, store.Append(t.Context(), &segment.Record{Tables: []segment.Table{{Name: "spans", Rows: 1, Block: []byte(block)}}}))
	require.NoError(t, store.Close())
}

func TestTablesAreSearchedInAllTheirColumns(t *testing.T) {
	conn := chdbtest.Start(t).Conn(t, "default")
	ctx := t.Context()
	require.NoError(t, conn.Exec(ctx, "CREATE DATABASE weir"))
	require.NoError(t, conn.Exec(ctx, `CREATE TABLE weir.things (id UInt64, attributes Map(LowCardinality(String), String),
		events Array(Map(LowCardinality(String), String)), card UInt64, at DateTime64(9), ended Nullable(DateTime64(3)), digest FixedString(8),
		users AggregateFunction(uniqCombined64(12), String)) ENGINE = MergeTree ORDER BY id`))
	require.NoError(t, conn.Exec(ctx, "CREATE VIEW weir.seen AS SELECT attributes FROM weir.things"))
	require.NoError(t, conn.Exec(ctx, `INSERT INTO weir.things SELECT number, map('note', 'clean'), [map('a', 'b')], 1, now64(9), NULL, '', uniqCombined64State(12)('x')
		FROM numbers(100) GROUP BY number`))

	for _, wanted := range [][]Needle{needles, many()} {
		for _, rows := range []int{0, fewRows + 1} { // searched here, and by the database first
			require.NoError(t, conn.Exec(ctx, "DELETE FROM weir.things WHERE id >= 100"))
			require.NoError(t, conn.Exec(ctx, "INSERT INTO weir.things (id) SELECT 1000 + number FROM numbers(?)", rows))
			s := New(wanted)
			require.NoError(t, s.Tables(ctx, conn))
			require.Empty(t, s.Found)
			require.Equal(t, Searched{Tables: 1, Rows: 100 + rows}, s.Searched)

			require.NoError(t, conn.Exec(ctx, `INSERT INTO weir.things SELECT 200, map('mail', ?), [map('text', ?)], ?, now64(9), NULL, '', uniqCombined64State(12)('x')`,
				"to "+needles[1].Value, "Bearer "+needles[0].Value, needles[2].Value))
			require.NoError(t, s.Tables(ctx, conn))
			require.Equal(t, []string{
				"key in table `weir`.`things` (1)", "mail in table `weir`.`things` (1)", "number in table `weir`.`things` (1)",
			}, s.Found.Places())
		}
	}
}

// many are more than one statement takes.
func many() []Needle {
	all := append([]Needle{}, needles...)
	for i := range 2 * perStatement {
		all = append(all, Needle{"never", strings.Repeat("x", i%20) + "-" + strconv.Itoa(i) + "-never"})
	}
	return append(all, Needle{"short", "\x00~"})
}

// dropping drops a table before it is searched, as the recompute does with its
// work tables.
type dropping struct {
	driver.Conn
	t     *testing.T
	table string
}

func (c dropping) QueryRow(ctx context.Context, query string, args ...any) driver.Row {
	if strings.Contains(query, "`"+c.table+"`") {
		require.NoError(c.t, c.Exec(ctx, "DROP TABLE "+c.table))
	}
	return c.Conn.QueryRow(ctx, query, args...)
}

func TestATableThatIsDroppedMeanwhileStopsNoSearch(t *testing.T) {
	conn := chdbtest.Start(t).Conn(t, "default")
	for _, table := range []string{"stays", "goes"} {
		require.NoError(t, conn.Exec(t.Context(), "CREATE TABLE "+table+" (text String) ENGINE = MergeTree ORDER BY ()"))
	}
	s := New(needles)
	require.NoError(t, s.Tables(t.Context(), dropping{conn, t, "goes"}))
	require.Equal(t, 1, s.Searched.Tables)
}

func TestStatementsThatSearchNameNoValue(t *testing.T) {
	with, values := parameters(needles)
	columns := []column{{name: "`name`", kind: "String"}, {name: "`at`", kind: "DateTime64(9)"}, {name: "`a`", kind: "Map(LowCardinality(String), Int64)"}}
	first := anyQuery("`weir`.`spans`", columns)
	require.Len(t, values, len(needles))
	for _, n := range needles {
		require.NotContains(t, with+first, n.Value)
	}
	require.NotContains(t, first, "`at`")
	require.Contains(t, first, "multiSearchAny(toString(`a`), needles)")
	require.Contains(t, dumpQuery("`weir`.`spans`", columns, "1"), "toString(`at`)")
}

func TestEncodingsAreFoundInWhatHoldsThem(t *testing.T) {
	value := `a "quoted"` + "\n" + `key=/+1ü`
	forms := Encodings("x", value)
	holds := func(text string) bool {
		s := New(forms)
		s.Bytes([]byte(text), "text")
		return len(s.Found) > 0
	}
	for before := range 5 {
		text := strings.Repeat("b", before) + value + "behind"
		require.True(t, holds(base64.StdEncoding.EncodeToString([]byte(text))), before)
		require.True(t, holds(text))
	}
	require.True(t, holds(`{"k":"`+jsonEscaped(value)+`"}`))
	require.True(t, holds("?k=a+%22quoted%22%0Akey%3D%2F%2B1%C3%BC&z"))
	require.False(t, holds("a key=/+1"))
}
