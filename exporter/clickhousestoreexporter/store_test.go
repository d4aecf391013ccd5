package clickhousestoreexporter

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/exporter/exportertest"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/weir-otel/weir/exporter/clickhousestoreexporter/internal/metadata"
	"github.com/weir-otel/weir/internal/chdb/chdbtest"
	"github.com/weir-otel/weir/internal/recompute"
	"github.com/weir-otel/weir/internal/segment"
	"github.com/weir-otel/weir/internal/segment/ship"
)

func TestSpansAndLogsBecomeRowsAndSpansActions(t *testing.T) {
	server := chdbtest.Start(t)
	h := start(t, config(t, server))
	require.NoError(t, h.traces.ConsumeTraces(t.Context(), someTraces(0, 100)))
	require.NoError(t, h.traces.ConsumeTraces(t.Context(), someTraces(100, 50)))
	require.NoError(t, h.logs.ConsumeLogs(t.Context(), someLogs(30)))
	h.settled()
	conn := server.Conn(t, "weir")
	require.Eventually(t, func() bool {
		pending, err := recompute.Pending(t.Context(), conn)
		return err == nil && pending == 0
	}, 30*time.Second, 20*time.Millisecond)

	require.Equal(t, 150, count(t, conn, "SELECT count() FROM spans"))
	require.Equal(t, 150, count(t, conn, "SELECT uniqExact(attributes_int['number']) FROM spans"))
	require.Equal(t, 30, count(t, conn, "SELECT count() FROM logs WHERE body = 'hello'"))
	require.Equal(t, 1, count(t, conn, "SELECT uniqExact(resource_id) FROM (SELECT resource_id FROM spans UNION ALL SELECT resource_id FROM logs)"))
	require.Equal(t, 1, count(t, conn, "SELECT count() FROM resources FINAL WHERE attributes_string['service.name'] = 'api-gateway'"))
	require.Equal(t, 150, count(t, conn, "SELECT count() FROM who_did_what WHERE endpoint = 'GET /contacts/{id}' AND source = 'edge' OR source = 'server'"))
	require.Equal(t, 150, count(t, conn, "SELECT toUInt64(sum(requests)) FROM connector_activity"))
	for table, rows := range map[string]int{"spans": 150, "logs": 30, "action_reports": 150} {
		require.Equal(t, rows, h.sum("received_rows", table), table)
		require.Equal(t, rows, h.sum("stored_rows", table), table)
		require.Zero(t, h.sum("waiting_rows", table), table)
	}
	h.stop()
}

func TestShutdownSendsWhatIsOnDisk(t *testing.T) {
	server := chdbtest.Start(t)
	cfg := config(t, server)
	cfg.Segment.MaxAge = time.Hour
	h := start(t, cfg)
	require.NoError(t, h.traces.ConsumeTraces(t.Context(), someTraces(0, 10)))
	h.stop()
	require.Equal(t, 10, count(t, server.Conn(t, "weir"), "SELECT count() FROM spans"))
	left, err := filepath.Glob(filepath.Join(cfg.Directory, "*.seg"))
	require.NoError(t, err)
	require.Empty(t, left)
}

func TestARestartDeliversSealedOpenAndTornSegments(t *testing.T) {
	server := chdbtest.Start(t)
	cfg := config(t, server)
	segments := []string{leave(t, cfg, 0, 5), leave(t, cfg, 5, 7), leave(t, cfg, 12, 9)}
	// Sealed, as it is; open; open, with a record that was never acknowledged.
	require.NoError(t, os.Rename(segments[1], open(segments[1])))
	torn, err := os.ReadFile(segments[2])
	require.NoError(t, err)
	require.NoError(t, os.Remove(segments[2]))
	require.NoError(t, os.WriteFile(open(segments[2]), append(torn, "half a record"...), 0o600))

	h := start(t, cfg)
	h.settled()
	conn := server.Conn(t, "weir")
	require.Equal(t, 21, count(t, conn, "SELECT count() FROM spans"))
	require.Equal(t, 21, h.sum("received_rows", "spans"))
	require.Equal(t, 21, h.sum("stored_rows", "spans"))
	h.stop()
}

func open(sealed string) string { return sealed[:len(sealed)-len(".seg")] + ".open" }

// leave writes a segment as an exporter whose database is away does.
func leave(t *testing.T, cfg *Config, from, n int) string {
	t.Helper()
	away := *cfg
	away.ClickHouse.Endpoint = "http://127.0.0.1:1"
	away.Directory = t.TempDir()
	h := start(t, &away)
	require.NoError(t, h.traces.ConsumeTraces(t.Context(), someTraces(from, n)))
	h.stop()
	found, err := filepath.Glob(filepath.Join(away.Directory, "*.seg"))
	require.NoError(t, err)
	require.Len(t, found, 1)
	path := filepath.Join(cfg.Directory, filepath.Base(found[0]))
	require.NoError(t, os.Rename(found[0], path))
	return path
}

func TestSendingASegmentAgainChangesNothing(t *testing.T) {
	server := chdbtest.Start(t)
	cfg := config(t, server)
	path := leave(t, cfg, 0, 500)
	copied, err := os.ReadFile(path)
	require.NoError(t, err)
	for range 3 {
		require.NoError(t, os.WriteFile(path, copied, 0o600))
		h := start(t, cfg)
		h.settled()
		h.stop()
	}
	conn := server.Conn(t, "weir")
	require.Equal(t, 500, count(t, conn, "SELECT count() FROM spans"))
	require.Equal(t, 500, count(t, conn, "SELECT count() FROM action_reports"))
	require.Equal(t, 1, count(t, conn, "SELECT count() FROM recompute_queue FINAL"))
}

func TestPoisonGoesToTheDeadLettersAndTheRestFlowsOn(t *testing.T) {
	server := chdbtest.Start(t)
	cfg := config(t, server)
	h := start(t, cfg)
	conn := server.Conn(t, "weir")
	require.NoError(t, conn.Exec(t.Context(), "ALTER TABLE spans ADD CONSTRAINT no_thirteen CHECK attributes_int['number'] != 13"))
	require.NoError(t, conn.Exec(t.Context(), "ALTER TABLE action_reports ADD CONSTRAINT no_fourteen CHECK span_id != unhex('0200000e00000000')"))
	require.NoError(t, h.traces.ConsumeTraces(t.Context(), someTraces(10, 10)))
	h.settled()
	require.NoError(t, h.traces.ConsumeTraces(t.Context(), someTraces(20, 5)))
	h.settled()
	require.NoError(t, recompute.Settle(t.Context(), conn))
	require.Equal(t, 14, count(t, conn, "SELECT count() FROM spans"))
	require.Equal(t, 14, count(t, conn, "SELECT count() FROM action_reports"))
	require.Equal(t, 14, count(t, conn, "SELECT count() FROM who_did_what"))
	for _, table := range []string{"spans", "action_reports"} {
		require.Equal(t, 15, h.sum("received_rows", table))
		require.Equal(t, 14, h.sum("stored_rows", table))
		require.Equal(t, 1, h.sum("dead_lettered_rows", table))
	}
	h.stop()

	letters, err := segment.DeadLetters(cfg.Directory)
	require.NoError(t, err)
	require.Len(t, letters, 1)
	require.Len(t, letters[0].Tables, 2)
	refused := letters[0].Tables[1]
	require.Equal(t, []any{"spans", 1, 469}, []any{refused.Table, refused.Rows, refused.Code})
	require.Contains(t, refused.Key, "service_name=api-gateway")
	require.Contains(t, refused.Key, "trace_id=0100000d")

	require.NoError(t, conn.Exec(t.Context(), "ALTER TABLE spans DROP CONSTRAINT no_thirteen"))
	require.NoError(t, conn.Exec(t.Context(), "ALTER TABLE action_reports DROP CONSTRAINT no_fourteen"))
	shipper := &ship.Shipper{Conn: conn, Now: time.Now}
	_, err = shipper.Replay(t.Context(), letters[0])
	require.NoError(t, err)
	require.NoError(t, recompute.Settle(t.Context(), conn))
	require.Equal(t, 15, count(t, conn, "SELECT count() FROM spans"))
	require.Equal(t, 15, count(t, conn, "SELECT count() FROM who_did_what"), "replayed reports are resolved")
	letters, err = segment.DeadLetters(cfg.Directory)
	require.NoError(t, err)
	require.Empty(t, letters)
}

func TestADamagedSegmentGoesToTheDeadLetters(t *testing.T) {
	server := chdbtest.Start(t)
	cfg := config(t, server)
	path := leave(t, cfg, 0, 5)
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	data[len(data)/2] ^= 1
	require.NoError(t, os.WriteFile(path, data, 0o600))
	h := start(t, cfg)
	h.settled()
	h.stop()
	letters, err := segment.DeadLetters(cfg.Directory)
	require.NoError(t, err)
	require.Len(t, letters, 1)
	require.Contains(t, letters[0].Damaged, "damaged")
}

func TestAFullFolderTellsSendersToRetry(t *testing.T) {
	server := chdbtest.Start(t)
	cfg := config(t, server)
	cfg.ClickHouse.Endpoint = "http://127.0.0.1:1"
	cfg.MaxDiskMiB = 1
	h := start(t, cfg)
	var err error
	accepted := 0
	for err == nil {
		if err = h.traces.ConsumeTraces(t.Context(), someTraces(0, 500)); err == nil {
			accepted += 500
		}
	}
	require.Equal(t, codes.ResourceExhausted, status.Code(err))
	require.ErrorContains(t, err, "the segment folder is full")
	require.Equal(t, accepted, h.sum("received_rows", "spans"))
	require.Equal(t, accepted, h.sum("waiting_rows", "spans"))
	require.Equal(t, 500, h.sum("refused_rows", "spans"))
	h.stop()

	cfg.ClickHouse.Endpoint = server.Endpoint
	again := start(t, cfg)
	again.settled()
	require.NoError(t, again.traces.ConsumeTraces(t.Context(), someTraces(0, 500)))
	again.stop()
	require.Equal(t, accepted+500, count(t, server.Conn(t, "weir"), "SELECT count() FROM spans"))
}

func TestAMissingSchemaIsToldWithTheCommand(t *testing.T) {
	server := chdbtest.Start(t)
	cfg := config(t, server)
	cfg.CreateSchema = SchemaCheck
	set := exportertest.NewNopSettings(metadata.Type)
	e, err := NewFactory().CreateTraces(t.Context(), set, cfg)
	require.NoError(t, err)
	require.ErrorContains(t, e.Start(t.Context(), componenttest.NewNopHost()), "weirctl schema apply")
	require.NoError(t, e.Shutdown(t.Context()))
}

func TestLifecycle(t *testing.T) {
	server := chdbtest.Start(t)
	f := NewFactory()
	require.Equal(t, metadata.Type, f.Type())
	for range 2 { // a second time in the same folder
		cfg := config(t, server)
		set := exportertest.NewNopSettings(metadata.Type)
		e, err := f.CreateLogs(t.Context(), set, cfg)
		require.NoError(t, err)
		require.NoError(t, e.Shutdown(t.Context()), "before the start")
		e, err = f.CreateLogs(t.Context(), set, cfg)
		require.NoError(t, err)
		require.NoError(t, e.Start(t.Context(), componenttest.NewNopHost()))
		require.NoError(t, e.ConsumeLogs(t.Context(), someLogs(1)))
		require.NoError(t, e.Shutdown(t.Context()))
	}
}
