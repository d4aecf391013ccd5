package chdb_test

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/chdb/chdbtest"
)

func TestClickHouseGoWritesAndReads(t *testing.T) {
	s := chdbtest.Start(t)
	ctx := t.Context()
	require.NoError(t, s.Conn(t, "default").Exec(ctx, "CREATE DATABASE weir"))
	conn := s.Conn(t, "weir")
	require.NoError(t, conn.Ping(ctx))
	require.NoError(t, conn.Exec(ctx, `CREATE TABLE t (a UInt64, s LowCardinality(String), m Map(LowCardinality(String), String),
		n Array(Nullable(Float64)), d DateTime64(9, 'UTC'), f FixedString(4), u UUID, e Enum8('x' = 1, 'y' = 2)) ENGINE = MergeTree ORDER BY a`))

	batch, err := conn.PrepareBatch(ctx, "INSERT INTO t")
	require.NoError(t, err)
	moment := time.Date(2025, 3, 1, 12, 0, 0, 123456789, time.UTC)
	one := 1.5
	for i := range 1000 {
		require.NoError(t, batch.Append(uint64(i), fmt.Sprint("s", i%10), map[string]string{"k'\n": "v\x00"}, []*float64{&one, nil}, moment,
			"ab\x00d", "61f0c404-5cb3-11e7-907b-a6006ad3dba0", "y"))
	}
	require.NoError(t, batch.Send())
	require.NoError(t, conn.InsertFormat(ctx, "CSV", "INSERT INTO t (a, s)", strings.NewReader("5000,\"y;'\"\n5001,z\n")))
	require.NoError(t, conn.Exec(ctx, "INSERT INTO t (a, s) VALUES (?, ?), (7000, upper('q'))", 6000, "it's; a \\ test"))
	require.NoError(t, conn.Exec(ctx, "INSERT INTO t (a) SELECT number + 10000 FROM numbers(5)"))
	require.NoError(t, conn.Exec(clickhouse.Context(ctx, clickhouse.WithAsync(true)), "INSERT INTO t (a) VALUES (20000)"))

	var count uint64
	require.NoError(t, conn.QueryRow(ctx, "SELECT count() FROM t").Scan(&count))
	require.Equal(t, uint64(1000+2+2+5+1), count)

	var (
		a       uint64
		text    string
		pairs   map[string]string
		numbers []*float64
		at      time.Time
		fixed   string
		uuid    string
		enum    string
	)
	row := conn.QueryRow(ctx, "SELECT a, s, m, n, d, f, toString(u), e FROM t WHERE a = {a:UInt64} AND s = {s:String}", clickhouse.Named("a", 13), clickhouse.Named("s", "s3"))
	require.NoError(t, row.Scan(&a, &text, &pairs, &numbers, &at, &fixed, &uuid, &enum))
	require.Equal(t, map[string]string{"k'\n": "v\x00"}, pairs)
	require.Equal(t, []*float64{&one, nil}, numbers)
	require.Equal(t, moment, at)
	require.Equal(t, []string{"s3", "ab\x00d", "61f0c404-5cb3-11e7-907b-a6006ad3dba0", "y"}, []string{text, fixed, uuid, enum})
}

// TestEveryTypeReachesTheClient reads values that the engine wrote in revision 0
// of the Native format, and clickhouse-go reads in a later one.
func TestEveryTypeReachesTheClient(t *testing.T) {
	s := chdbtest.Start(t)
	conn := s.Conn(t, "default")
	for expression, want := range map[string]string{
		"number": "2", "toString(number)": "2", "toLowCardinality(toString(number))": "2", "[toString(number), 'x']": "[2 x]",
		"map(toLowCardinality('a'), number)": "map[a:2]", "toFixedString('abc', 5)": "abc\x00\x00", "number::Decimal(18, 3)": "2",
		"(number, 'a')::Tuple(n UInt64, s String)": "map[n:2 s:a]", "toDateTime('2024-01-01 00:00:00', 'UTC')": "2024-01-01 00:00:00 +0000 UTC",
		"number::Int256": "2", "toIPv4('1.2.3.4')": "1.2.3.4", "number = 2": "1", "(number = 2)::Bool": "true", "[]::Array(String)": "[]", "arrayMap(x -> toLowCardinality('k'), range(number))": "[k k]",
		"'2'::Enum8('1' = 1, '2' = 2)": "2", "(number, number)::Point": "[2 2]", "number::Dynamic": "{2 UInt64}", "number::Variant(String, UInt64)": "{2 UInt64}",
		"toUUID('61f0c404-5cb3-11e7-907b-a6006ad3dba0')": "61f0c404-5cb3-11e7-907b-a6006ad3dba0",
		"[(number, 'a')]::Nested(a UInt64, b String)":    "[map[a:2 b:a]]",
	} {
		rows, err := conn.Query(t.Context(), "SELECT "+expression+" AS before, 'guard' AS guard FROM numbers(3)")
		require.NoError(t, err, expression)
		n := 0
		for rows.Next() {
			value := reflect.New(rows.ColumnTypes()[0].ScanType())
			var guard string
			require.NoError(t, rows.Scan(value.Interface(), &guard), expression)
			require.Equal(t, "guard", guard, expression)
			if n++; n == 3 {
				require.Equal(t, want, fmt.Sprint(value.Elem().Interface()), expression)
			}
		}
		require.NoError(t, rows.Err(), expression)
		require.Equal(t, 3, n, expression)
	}
}

func TestQueryParametersAreBoundNotPasted(t *testing.T) {
	s := chdbtest.Start(t)
	ctx := clickhouse.Context(t.Context(), clickhouse.WithParameters(clickhouse.Parameters{
		"text": `o'br"ien \ ; DROP`, "list": "['a','b\\'c']", "number": "-7",
	}))
	var text string
	var list []string
	var number int64
	require.NoError(t, s.Conn(t, "default").QueryRow(ctx, "SELECT {text:String}, {list:Array(String)}, {number:Int64}").Scan(&text, &list, &number))
	require.Equal(t, `o'br"ien \ ; DROP`, text)
	require.Equal(t, []string{"a", "b'c"}, list)
	require.Equal(t, int64(-7), number)
}

func TestCompressedConnections(t *testing.T) {
	s := chdbtest.Start(t)
	for _, method := range []clickhouse.CompressionMethod{clickhouse.CompressionLZ4, clickhouse.CompressionZSTD, clickhouse.CompressionGZIP, clickhouse.CompressionDeflate} {
		t.Run(method.String(), func(t *testing.T) {
			conn, err := clickhouse.Open(&clickhouse.Options{
				Addr: []string{s.Host()}, Protocol: clickhouse.HTTP, Compression: &clickhouse.Compression{Method: method, Level: 1},
				Auth: clickhouse.Auth{Username: s.Username, Password: s.Password},
			})
			require.NoError(t, err)
			defer conn.Close() //nolint:errcheck // a test's connection
			ctx := t.Context()
			require.NoError(t, conn.Exec(ctx, "CREATE OR REPLACE TABLE t (a UInt64, s String) ENGINE = MergeTree ORDER BY a"))
			batch, err := conn.PrepareBatch(ctx, "INSERT INTO t")
			require.NoError(t, err)
			for i := range 100_000 {
				require.NoError(t, batch.Append(uint64(i), "value"))
			}
			require.NoError(t, batch.Send())
			rows, err := conn.Query(ctx, "SELECT a, s FROM t ORDER BY a")
			require.NoError(t, err)
			n := 0
			for rows.Next() {
				var a uint64
				var text string
				require.NoError(t, rows.Scan(&a, &text))
				require.Equal(t, uint64(n), a)
				n++
			}
			require.NoError(t, rows.Err())
			require.Equal(t, 100_000, n)
			require.ErrorContains(t, conn.QueryRow(ctx, "SELECT * FROM nowhere").Scan(), "Unknown table")
		})
	}
}

func TestErrorsCarryTheEnginesCode(t *testing.T) {
	s := chdbtest.Start(t)
	conn := s.Conn(t, "default")
	ctx := t.Context()
	require.NoError(t, conn.Exec(ctx, "CREATE TABLE t (a UInt64) ENGINE = MergeTree ORDER BY a"))
	codeOf := func(err error) int {
		t.Helper()
		var known *clickhouse.Exception
		require.ErrorAs(t, err, &known)
		return int(known.Code)
	}
	require.Equal(t, 60, codeOf(conn.Exec(ctx, "SELECT * FROM nowhere")))
	require.Equal(t, 62, codeOf(conn.Exec(ctx, "SELEC 1")))
	require.Equal(t, 62, codeOf(conn.Exec(ctx, "SELECT 1; SELECT 2")))
	require.Equal(t, 81, codeOf(s.Conn(t, "nowhere").Exec(ctx, "SELECT 1")))
	require.Equal(t, 57, codeOf(conn.Exec(ctx, "CREATE TABLE t (a UInt64) ENGINE = MergeTree ORDER BY a")))
	require.Equal(t, 117, codeOf(conn.InsertFormat(ctx, "CSV", "INSERT INTO t", strings.NewReader("x\n"))))
	require.Equal(t, 60, codeOf(conn.InsertFormat(ctx, "CSV", "INSERT INTO nowhere", strings.NewReader("1\n"))))
	require.Equal(t, 73, codeOf(conn.InsertFormat(ctx, "Nonsense", "INSERT INTO t", strings.NewReader("1\n"))))
	require.Equal(t, 159, codeOf(conn.Exec(clickhouse.Context(ctx, clickhouse.WithSettings(clickhouse.Settings{"max_execution_time": 1})),
		"SELECT count() FROM numbers(100000000000) WHERE sipHash64(number) = 0")))
	require.Equal(t, 115, codeOf(conn.Exec(clickhouse.Context(ctx, clickhouse.WithSettings(clickhouse.Settings{"nonsense": 1})), "SELECT 1")))

	// An error in the middle of the rows reaches the client as one.
	rows, err := conn.Query(ctx, "SELECT number, throwIf(number = 900000, 'in the middle') FROM numbers(1000000) SETTINGS max_block_size = 10000")
	require.NoError(t, err)
	n := 0
	for rows.Next() {
		n++
	}
	require.Equal(t, 395, codeOf(rows.Err()))
	require.Greater(t, n, 100_000)
}

func TestALargeFirstBlockIsSentWhole(t *testing.T) {
	s := chdbtest.Start(t)
	rows, err := s.Conn(t, "default").Query(t.Context(), "SELECT number, toString(number) FROM numbers(100000)")
	require.NoError(t, err)
	n := uint64(0)
	for ; rows.Next(); n++ {
		var number uint64
		var text string
		require.NoError(t, rows.Scan(&number, &text))
		require.Equal(t, []any{n, fmt.Sprint(n)}, []any{number, text})
	}
	require.NoError(t, rows.Err())
	require.Equal(t, uint64(100_000), n)
}

func TestInsertsDeduplicateByToken(t *testing.T) {
	s := chdbtest.Start(t)
	conn := s.Conn(t, "default")
	ctx := t.Context()
	require.NoError(t, conn.Exec(ctx, `CREATE TABLE t (a UInt64, d Date) ENGINE = MergeTree PARTITION BY d ORDER BY a
		SETTINGS non_replicated_deduplication_window = 100`))
	require.NoError(t, conn.Exec(ctx, `CREATE TABLE r (d Date, n SimpleAggregateFunction(sum, UInt64)) ENGINE = AggregatingMergeTree ORDER BY d
		SETTINGS non_replicated_deduplication_window = 100`))
	require.NoError(t, conn.Exec(ctx, "CREATE MATERIALIZED VIEW v TO r AS SELECT d, count() AS n FROM t GROUP BY d"))
	insert := func(token, rows string) {
		t.Helper()
		tokened := clickhouse.Context(ctx, clickhouse.WithSettings(clickhouse.Settings{"insert_deduplication_token": token, "async_insert": 0}))
		require.NoError(t, conn.InsertFormat(tokened, "CSV", "INSERT INTO t", strings.NewReader(rows)))
	}
	for range 3 {
		insert("segment-1/t", "1,2025-01-01\n2,2025-01-02\n")
	}
	insert("segment-2/t", "1,2025-01-01\n2,2025-01-02\n")
	var raw, rolled uint64
	require.NoError(t, conn.QueryRow(ctx, "SELECT (SELECT count() FROM t), (SELECT sum(n) FROM r)").Scan(&raw, &rolled))
	require.Equal(t, []uint64{4, 4}, []uint64{raw, rolled})
}

func TestACancelledQueryStopsInTheEngine(t *testing.T) {
	s := chdbtest.Start(t)
	conn := s.Conn(t, "default")
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		done <- conn.Exec(ctx, "SELECT count() FROM numbers(100000000000) WHERE sipHash64(number) = 0")
	}()
	running := func() (n uint64) {
		require.NoError(t, conn.QueryRow(t.Context(), "SELECT count() FROM system.processes WHERE query LIKE '%sipHash64%' AND query NOT LIKE '%processes%'").Scan(&n))
		return n
	}
	require.Eventually(t, func() bool { return running() == 1 }, 10*time.Second, 10*time.Millisecond)
	cancel()
	require.ErrorIs(t, <-done, context.Canceled)
	require.Eventually(t, func() bool { return running() == 0 }, 10*time.Second, 10*time.Millisecond)
}

func TestQueriesRunInParallel(t *testing.T) {
	s := chdbtest.Start(t)
	errs := make(chan error)
	const clients = 16
	for i := range clients {
		conn := s.Conn(t, "default")
		go func() {
			errs <- func() error {
				ctx := context.Background()
				table := fmt.Sprint("t", i)
				if err := conn.Exec(ctx, "CREATE TABLE "+table+" (a UInt64) ENGINE = MergeTree ORDER BY a"); err != nil {
					return err
				}
				for round := range 10 {
					if err := conn.InsertFormat(ctx, "CSV", "INSERT INTO "+table, strings.NewReader(fmt.Sprint(round, "\n"))); err != nil {
						return err
					}
					var n uint64
					if err := conn.QueryRow(ctx, "SELECT count() FROM "+table).Scan(&n); err != nil || n != uint64(round+1) {
						return fmt.Errorf("%d rows after %d inserts: %w", n, round+1, err)
					}
				}
				return nil
			}()
		}()
	}
	for range clients {
		require.NoError(t, <-errs)
	}
}
