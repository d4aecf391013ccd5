package chdb_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/ClickHouse/ch-go/proto"
	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/chdb"
	"github.com/weir-otel/weir/internal/chdb/chdbtest"
)

// native encodes a Native block of spans-like rows: 7 columns, one of them a map.
func native(t testing.TB, first, rows int) []byte {
	t.Helper()
	var (
		at      = new(proto.ColDateTime64).WithPrecision(proto.PrecisionNano)
		trace   proto.ColFixedStr16
		service = new(proto.ColStr).LowCardinality()
		route   = new(proto.ColStr).LowCardinality()
		status  proto.ColUInt16
		size    proto.ColUInt64
		pairs   = proto.NewMap(new(proto.ColStr).LowCardinality(), new(proto.ColStr))
	)
	for i := first; i < first+rows; i++ {
		at.Append(time.Unix(1_700_000_000+int64(i/100), int64(i)))
		trace.Append([16]byte{byte(i), byte(i >> 8), byte(i >> 16), byte(i >> 24)})
		service.Append(fmt.Sprint("service-", i%7))
		route.Append(fmt.Sprint("/route/", i%40))
		status.Append(200)
		size.Append(uint64(i)) //nolint:gosec // positive
		pairs.Append(map[string]string{"http.request.method": "GET", "user.id": fmt.Sprint("user-", i%1000)})
	}
	input := proto.Input{
		{Name: "at", Data: at},
		{Name: "trace", Data: &trace},
		{Name: "service", Data: service},
		{Name: "route", Data: route},
		{Name: "status", Data: &status},
		{Name: "size", Data: &size},
		{Name: "pairs", Data: pairs},
	}
	var buffer proto.Buffer
	block := proto.Block{Columns: len(input), Rows: rows}
	require.NoError(t, block.EncodeRawBlock(&buffer, 0, input))
	return buffer.Buf
}

const spansLike = `CREATE TABLE t (at DateTime64(9, 'UTC'), trace FixedString(16), service LowCardinality(String), route LowCardinality(String),
	status UInt16, size UInt64, pairs Map(LowCardinality(String), String)) ENGINE = MergeTree ORDER BY (service, at)
	SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1`

// insertNative posts a Native body as the writer.
func insertNative(ctx context.Context, client *http.Client, s *chdbtest.Server, token string, body []byte) error {
	query := url.Values{"query": {"INSERT INTO t FORMAT Native"}, "insert_deduplication_token": {token}, "async_insert": {"0"}}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.Endpoint+"/?"+query.Encode(), bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.SetBasicAuth(s.Username, s.Password)
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	content, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("%d: %s", response.StatusCode, content)
	}
	if closed := response.Body.Close(); err == nil {
		err = closed
	}
	return err
}

func TestManyNativeBlocksInOneInsert(t *testing.T) {
	s := chdbtest.Start(t)
	require.Equal(t, http.StatusOK, post(t, s, "", spansLike).status)
	var body []byte
	for i := range 20 {
		body = append(body, native(t, i*500, 500)...)
	}
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	for range 3 {
		require.NoError(t, insertNative(t.Context(), client, s, "one", body))
	}
	require.Equal(t, "10000\t10000\t1\n", post(t, s, "", "SELECT (SELECT count() FROM t), (SELECT uniqExact(size) FROM t), (SELECT count() FROM system.parts WHERE table = 't' AND active)").body)
}

func BenchmarkStart(b *testing.B) {
	for b.Loop() {
		server, err := chdb.Start(b.Context(), chdb.Config{Endpoint: "127.0.0.1:0", Directory: b.TempDir()})
		require.NoError(b, err)
		b.StopTimer()
		require.NoError(b, server.Shutdown(b.Context()))
		b.StartTimer()
	}
}

func BenchmarkInsertNative(b *testing.B) {
	const rows = 50_000
	s := chdbtest.Start(b)
	require.NoError(b, s.Conn(b, "default").Exec(b.Context(), spansLike))
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	body := native(b, 0, rows)
	b.SetBytes(int64(len(body)))
	n := 0
	for b.Loop() {
		n++
		require.NoError(b, insertNative(b.Context(), client, s, fmt.Sprint(n), body))
	}
	b.ReportMetric(float64(n)*rows/b.Elapsed().Seconds(), "rows/s")
}

func BenchmarkSelect(b *testing.B) {
	s := chdbtest.Start(b)
	conn := s.Conn(b, "default")
	require.NoError(b, conn.Exec(b.Context(), spansLike))
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	require.NoError(b, insertNative(b.Context(), client, s, "x", native(b, 0, 200_000)))
	b.Run("one row", func(b *testing.B) {
		for b.Loop() {
			var n uint8
			require.NoError(b, conn.QueryRow(b.Context(), "SELECT 1").Scan(&n))
		}
	})
	b.Run("200k rows", func(b *testing.B) {
		for b.Loop() {
			rows, err := conn.Query(b.Context(), "SELECT * FROM t")
			require.NoError(b, err)
			for rows.Next() { //nolint:revive // reading is what is measured
			}
			require.NoError(b, rows.Err())
		}
	})
}
