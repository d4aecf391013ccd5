package chdb_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/stretchr/testify/require"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/weir-otel/weir/internal/chdb"
	"github.com/weir-otel/weir/internal/chdb/chdbtest"
)

// TestKillUnderLoadLosesNothing kills the engine while writers insert. A
// writer sends a batch again, with its token, until it is acknowledged: then
// every acknowledged row is there, once.
func TestKillUnderLoadLosesNothing(t *testing.T) {
	const writers, kills, rows = 4, 3, 1000
	s := chdbtest.StartWith(t, chdb.WithPauses(chdb.Config{}, time.Millisecond, time.Millisecond, time.Second))
	ctx := t.Context()
	conn := s.Conn(t, "default")
	require.NoError(t, conn.Exec(ctx, `CREATE TABLE t (writer UInt32, n UInt64) ENGINE = MergeTree ORDER BY (writer, n)
		SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1`))

	var stop atomic.Bool
	var refused atomic.Int64
	acknowledged := make([]atomic.Int64, writers)
	var group sync.WaitGroup
	for w := range writers {
		mine := s.Conn(t, "default")
		group.Go(func() {
			for batch := 0; !stop.Load(); batch++ {
				var data strings.Builder
				for i := range rows {
					fmt.Fprintf(&data, "%d,%d\n", w, batch*rows+i)
				}
				tokened := clickhouse.Context(ctx, clickhouse.WithSettings(clickhouse.Settings{"insert_deduplication_token": fmt.Sprint(w, "/", batch)}))
				for mine.InsertFormat(tokened, "CSV", "INSERT INTO t", strings.NewReader(data.String())) != nil {
					refused.Add(1)
				}
				acknowledged[w].Add(1)
			}
		})
	}
	for range kills {
		before := acknowledged[0].Load()
		require.Eventually(t, func() bool { return acknowledged[0].Load() > before+2 && s.PID() != 0 }, 30*time.Second, time.Millisecond)
		s.Kill()
	}
	before := acknowledged[0].Load()
	require.Eventually(t, func() bool { return acknowledged[0].Load() > before+2 }, 30*time.Second, time.Millisecond)
	stop.Store(true)
	group.Wait()
	require.Positive(t, refused.Load(), "the engine was killed while nobody wrote")

	for w := range writers {
		var count, distinct uint64
		require.NoError(t, conn.QueryRow(ctx, "SELECT count(), uniqExact(n) FROM t WHERE writer = {w:UInt32}", clickhouse.Named("w", w)).Scan(&count, &distinct))
		want := uint64(acknowledged[w].Load()) * rows //nolint:gosec // a small count
		require.Equal(t, []uint64{want, want}, []uint64{count, distinct}, "writer %d", w)
	}
}

func TestAConnectionMadeWhileTheEngineIsDownIsServedWhenItIsBack(t *testing.T) {
	s := chdbtest.StartWith(t, chdb.WithPauses(chdb.Config{}, 300*time.Millisecond, time.Second, time.Minute))
	s.Kill()
	require.Eventually(t, func() bool { return s.PID() == 0 }, 10*time.Second, time.Millisecond)
	require.NoError(t, s.Conn(t, "default").Ping(t.Context()), "it waits in the listener's queue")
	require.NotZero(t, s.PID())
}

func TestStateIsReported(t *testing.T) {
	states := make(chan error, 10)
	core, logs := observer.New(zap.InfoLevel)
	s := chdbtest.StartWith(t, chdb.Config{OnState: func(down error) { states <- down }, Logger: zap.New(core)})
	require.NoError(t, <-states)
	s.Kill()
	require.ErrorContains(t, <-states, "signal: killed")
	require.NoError(t, <-states)
	require.Equal(t, 2, logs.FilterMessage("The embedded engine serves.").Len())
	require.Equal(t, 1, logs.FilterMessageSnippet("is down").Len())
	for _, entry := range logs.All() {
		require.NotContains(t, fmt.Sprint(entry), s.Password)
	}
}

func TestDataOutlivesTheServer(t *testing.T) {
	folder := t.TempDir()
	start := func() (*chdb.Server, error) {
		return chdb.Start(t.Context(), chdb.Config{Endpoint: "127.0.0.1:0", Directory: folder, Writer: chdb.User{Password: "pw"}})
	}
	for round := range 3 {
		server, err := start()
		require.NoError(t, err)
		_, err = os.Stat(filepath.Join(folder, "weirctl.json"))
		require.NoError(t, err)
		conn, err := clickhouse.Open(&clickhouse.Options{
			Addr: []string{strings.TrimPrefix(server.Endpoint(), "http://")}, Protocol: clickhouse.HTTP, Auth: clickhouse.Auth{Username: "weir", Password: "pw"},
		})
		require.NoError(t, err)
		require.NoError(t, conn.Exec(t.Context(), "CREATE TABLE IF NOT EXISTS t (a UInt64) ENGINE = MergeTree ORDER BY a"))
		require.NoError(t, conn.Exec(t.Context(), "INSERT INTO t VALUES (1)"))
		var n uint64
		require.NoError(t, conn.QueryRow(t.Context(), "SELECT count() FROM t").Scan(&n))
		require.Equal(t, round+1, int(n)) //nolint:gosec // a small count
		require.NoError(t, conn.Close())
		require.NoError(t, server.Shutdown(t.Context()))
		_, err = os.Stat(filepath.Join(folder, "weirctl.json"))
		require.ErrorIs(t, err, os.ErrNotExist)
	}
}

func TestOneServerAFolder(t *testing.T) {
	folder := t.TempDir()
	chdbtest.StartWith(t, chdb.Config{Directory: folder})
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	_, err := chdb.Start(ctx, chdb.Config{Endpoint: "127.0.0.1:0", Directory: folder})
	require.ErrorContains(t, err, "in use by process "+strconv.Itoa(os.Getpid()))
	for path, mode := range map[string]os.FileMode{"": 0o700, "data": 0o700, "weirctl.json": 0o600, "lock": 0o600} {
		info, err := os.Stat(filepath.Join(folder, path))
		require.NoError(t, err)
		require.Equal(t, mode, info.Mode().Perm(), path)
	}
}

func TestShutdownIsBounded(t *testing.T) {
	server, err := chdb.Start(t.Context(), chdb.Config{Endpoint: "127.0.0.1:0", Directory: t.TempDir(), Writer: chdb.User{Password: "pw"}})
	require.NoError(t, err)
	conn, err := clickhouse.Open(&clickhouse.Options{
		Addr: []string{strings.TrimPrefix(server.Endpoint(), "http://")}, Protocol: clickhouse.HTTP, Auth: clickhouse.Auth{Username: "weir", Password: "pw"},
	})
	require.NoError(t, err)
	defer conn.Close() //nolint:errcheck // a test's connection
	done := make(chan error, 1)
	go func() {
		done <- conn.Exec(context.Background(), "SELECT count() FROM numbers(100000000000) WHERE sipHash64(number) = 0")
	}()
	require.Eventually(t, func() bool {
		var n uint64
		return conn.QueryRow(t.Context(), "SELECT count() FROM system.processes").Scan(&n) == nil && n >= 2
	}, 10*time.Second, 5*time.Millisecond)
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	begun := time.Now()
	require.NoError(t, server.Shutdown(ctx))
	require.Less(t, time.Since(begun), 5*time.Second)
	require.Error(t, <-done)
}

func TestMemoryIsLimited(t *testing.T) {
	s := chdbtest.StartWith(t, chdb.Config{MemoryLimit: 400 << 20})
	a := post(t, s, "", "SELECT uniqExact(number) FROM numbers(100000000)")
	require.Equal(t, "241", a.code(), a.body)
	require.Equal(t, "1\n", post(t, s, "", "SELECT 1").body, "the engine lives on")
}

func TestThreadsAreLimited(t *testing.T) {
	s := chdbtest.StartWith(t, chdb.Config{MaxThreads: 3})
	require.Equal(t, "3\t3\n", post(t, s, "", "SELECT getSetting('max_threads'), getSetting('max_insert_threads')").body)
}

func TestAStatementUsesItsThreadsWithTheDefaultMemory(t *testing.T) {
	s := chdbtest.StartWith(t, chdb.Config{MaxThreads: 3})
	require.Contains(t, post(t, s, "", "EXPLAIN PIPELINE SELECT max(number) FROM numbers_mt(1e9)").body, "NumbersRange × 3")
	post(t, s, "", "CREATE TABLE t (a UInt64) ENGINE = MergeTree ORDER BY a")
	post(t, s, "", "INSERT INTO t SELECT number FROM numbers_mt(3e6)")
	require.Equal(t, "3\n", post(t, s, "", "SELECT count() FROM system.parts WHERE table = 't' AND level = 0").body, "one part a thread")
}

func TestTheAddressIsKnownAfterTheEnd(t *testing.T) {
	server, err := chdb.Start(t.Context(), chdb.Config{Endpoint: "127.0.0.1:0", Directory: t.TempDir()})
	require.NoError(t, err)
	endpoint := server.Endpoint()
	require.NoError(t, server.Shutdown(t.Context()))
	require.Equal(t, endpoint, server.Endpoint())
}

func TestAFolderOfManyUsersIsRefusedAndLeftAsItIs(t *testing.T) {
	folder := t.TempDir()
	require.NoError(t, os.Chmod(folder, 0o777|os.ModeSticky)) //nolint:gosec // as /tmp is
	_, err := chdb.Start(t.Context(), chdb.Config{Endpoint: "127.0.0.1:0", Directory: folder})
	require.ErrorContains(t, err, "shared with other users")
	info, err := os.Stat(folder)
	require.NoError(t, err)
	require.Equal(t, 0o777|os.ModeSticky|os.ModeDir, info.Mode())
	entries, err := os.ReadDir(folder)
	require.NoError(t, err)
	require.Empty(t, entries)
}

// An engine that is killed after it has noted a token, and before the rows have
// their name, does not take them for stored when they are sent again.
func TestATokenWithoutItsRowsIsForgotten(t *testing.T) {
	directory := t.TempDir()
	sent := func(name, token, rows string, more ...string) (count uint64) {
		t.Run(name, func(t *testing.T) { // a life of the engine
			conn := chdbtest.StartWith(t, chdb.Config{Directory: directory}).Conn(t, "default")
			require.NoError(t, conn.Exec(t.Context(), "CREATE TABLE IF NOT EXISTS t (day UInt8, n UInt64) ENGINE = MergeTree PARTITION BY day ORDER BY n SETTINGS non_replicated_deduplication_window = 100"))
			tokened := clickhouse.Context(t.Context(), clickhouse.WithSettings(clickhouse.Settings{"insert_deduplication_token": token}))
			require.NoError(t, conn.InsertFormat(tokened, "CSV", "INSERT INTO t", strings.NewReader(rows)))
			for _, statement := range more {
				require.NoError(t, conn.Exec(t.Context(), statement))
			}
			require.NoError(t, conn.QueryRow(t.Context(), "SELECT count() FROM t").Scan(&count))
		})
		return count
	}
	require.EqualValues(t, 1, sent("first", "a", "1,1\n"))
	require.EqualValues(t, 2, sent("merge", "b", "1,2\n", "OPTIMIZE TABLE t FINAL"))
	require.EqualValues(t, 2, sent("again", "b", "1,2\n"), "its part is gone, and the one that it was merged into is there")
	require.EqualValues(t, 3, sent("cut short", "c", "2,3\n"))
	parts, err := filepath.Glob(filepath.Join(directory, "data/store/*/*/2_*"))
	require.NoError(t, err)
	require.Len(t, parts, 1)
	require.NoError(t, os.RemoveAll(parts[0])) // as when the engine was killed before it had this name
	require.EqualValues(t, 3, sent("cut short again", "c", "2,3\n"), "two, and the one that was sent again")
	require.EqualValues(t, 3, sent("others are remembered", "b", "1,2\n"))
	require.EqualValues(t, 3, sent("and this one is, again", "c", "2,3\n"))
}
