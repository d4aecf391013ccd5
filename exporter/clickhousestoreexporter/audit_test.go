package clickhousestoreexporter

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/weir-otel/weir/internal/audit"
	"github.com/weir-otel/weir/internal/audit/verify"
	"github.com/weir-otel/weir/internal/chdb/chdbtest"
	"github.com/weir-otel/weir/internal/lowcode"
	"github.com/weir-otel/weir/internal/segment"
	"github.com/weir-otel/weir/internal/segment/ship"
)

// someEvents makes a request of n denials, the first with number from.
func someEvents(from, n int) plog.Logs {
	ld := plog.NewLogs()
	records := ld.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords()
	for i := range n {
		r := records.AppendEmpty()
		r.SetEventName(lowcode.EventPolicyDenied)
		r.SetTimestamp(pcommon.NewTimestampFromTime(aDayAgo))
		r.Attributes().PutStr(lowcode.KeyEventID, fmt.Sprintf("e%d", from+i))
		r.Attributes().PutStr(lowcode.KeyEventActor, "ada")
	}
	return ld
}

func auditConfig(t *testing.T, server *chdbtest.Server) *Config {
	cfg := config(t, server)
	cfg.Audit.CheckpointInterval = 50 * time.Millisecond
	return cfg
}

// verified checks the trail with the keys of the collectors pinned.
func verified(t *testing.T, conn driver.Conn, collectors ...*Config) *verify.Report {
	t.Helper()
	var keys []ed25519.PublicKey
	for _, cfg := range collectors {
		key, err := audit.ReadKey(filepath.Join(cfg.Directory, auditFolder, "signing.key"))
		require.NoError(t, err)
		keys = append(keys, key.Public().(ed25519.PublicKey))
	}
	report, err := verify.Run(t.Context(), verify.Database{Conn: conn}, verify.Options{Keys: keys, Now: time.Now()})
	require.NoError(t, err)
	return report
}

// twoCollectors write 3 requests of 5 events each, and restart in between.
func twoCollectors(t *testing.T) (driver.Conn, []*Config) {
	t.Helper()
	server := chdbtest.Start(t)
	collectors := []*Config{auditConfig(t, server), auditConfig(t, server)}
	for round := range 3 {
		for i, cfg := range collectors {
			h := start(t, cfg)
			require.NoError(t, h.logs.ConsumeLogs(t.Context(), someEvents(100*i+10*round, 5)))
			h.settled()
			h.stop()
		}
	}
	return server.Conn(t, "weir"), collectors
}

func TestTheAuditTrailOfTwoCollectorsVerifiesAcrossRestarts(t *testing.T) {
	conn, collectors := twoCollectors(t)
	report := verified(t, conn, collectors...)
	require.Empty(t, report.Problems)
	require.Len(t, report.Sources, 2)
	for _, s := range report.Sources {
		require.Equal(t, []uint64{15, 15, 15, 0}, []uint64{s.Entries, s.Events, s.Covered, s.NotCovered}, "a shutdown leaves nothing uncovered")
	}
	require.Zero(t, count(t, conn, "SELECT count() FROM logs"), "events are not logs as well")
}

func TestTamperingWithTheDatabaseIsNamed(t *testing.T) {
	conn, collectors := twoCollectors(t)
	exec := func(statement string) {
		t.Helper()
		require.NoError(t, conn.Exec(t.Context(), statement))
	}
	entry := func(id string) (source string, seq uint64) {
		t.Helper()
		query := "SELECT source, seq FROM event_chain WHERE digest IN (SELECT digest FROM events WHERE event_id = '" + id + "')"
		require.NoError(t, conn.QueryRow(t.Context(), query).Scan(&source, &seq))
		return source, seq
	}
	one, oneSeq := entry("e3")
	other, otherSeq := entry("e112")
	exec("ALTER TABLE events UPDATE actor = 'mallory' WHERE event_id = 'e3' SETTINGS mutations_sync = 2")
	exec("ALTER TABLE events DELETE WHERE event_id = 'e112' SETTINGS mutations_sync = 2")
	exec("INSERT INTO events SELECT * REPLACE ('e999' AS event_id) FROM events WHERE event_id = 'e4'")
	exec("ALTER TABLE event_chain DELETE WHERE source = '" + one + "' AND seq = 9 SETTINGS mutations_sync = 2")

	problems := map[string]verify.Problem{}
	for _, p := range verified(t, conn, collectors...).Problems {
		problems[fmt.Sprintf("%s %s", p.Kind, p.Table)] = p
	}
	changed, removed := problems["changed events"], problems["removed events"]
	require.Equal(t, []any{one, oneSeq, "e3"}, []any{changed.Source, changed.Seq, changed.EventID})
	require.Equal(t, []any{other, otherSeq}, []any{removed.Source, removed.Seq})
	require.Contains(t, problems, "inserted events")
	require.EqualValues(t, 9, problems["removed event_chain"].Seq)
}

func TestAReplayedEventIsOneRowAndARuleFindsIt(t *testing.T) {
	server := chdbtest.Start(t)
	cfg := auditConfig(t, server)
	h := start(t, cfg)
	for range 2 {
		require.NoError(t, h.logs.ConsumeLogs(t.Context(), someEvents(0, 2)))
	}
	forged := someEvents(1, 1)
	forged.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0).Attributes().PutStr(lowcode.KeyEventActor, "mallory")
	require.NoError(t, h.logs.ConsumeLogs(t.Context(), forged))
	require.NoError(t, h.logs.ConsumeLogs(t.Context(), someEvents(7, 1)))
	h.settled()
	h.stop()
	conn := server.Conn(t, "weir")
	require.Equal(t, 3, count(t, conn, "SELECT count() FROM audit_events"))
	require.Equal(t, 1, count(t, conn, "SELECT count() FROM audit_events WHERE event_id = 'e1' AND actor = 'ada'"), "the first counts")
	require.Equal(t, 1, count(t, conn, "SELECT count() FROM event_replays WHERE event_id = 'e0' AND deliveries = 2 AND contents = 1"))
	require.Equal(t, 1, count(t, conn, "SELECT count() FROM event_replays WHERE event_id = 'e1' AND deliveries = 3 AND contents = 2"))
	require.Empty(t, verified(t, conn, cfg).Problems)
}

func TestACollectorThatDiesGoesOnWithItsChain(t *testing.T) {
	server := chdbtest.Start(t)
	cfg := auditConfig(t, server)
	dying := *cfg
	dying.ClickHouse.Endpoint = "http://127.0.0.1:1"
	dying.Directory = t.TempDir()
	h := start(t, &dying)
	for i := range 3 { // sealed segments, signed and not, and one that is open
		require.NoError(t, h.logs.ConsumeLogs(t.Context(), someEvents(10*i, 5)))
		h.store.segments.Seal()
	}
	require.NoError(t, h.logs.ConsumeLogs(t.Context(), someEvents(30, 5)))
	err := fs.ErrNotExist
	for errors.Is(err, fs.ErrNotExist) { // a file was renamed while it was copied
		cfg.Directory = t.TempDir()
		err = os.CopyFS(cfg.Directory, os.DirFS(dying.Directory))
	}
	require.NoError(t, err, "what a crash leaves")
	require.NoError(t, os.Chmod(filepath.Join(cfg.Directory, auditFolder, "signing.key"), 0o600))
	h.stop()

	h = start(t, cfg)
	require.NoError(t, h.logs.ConsumeLogs(t.Context(), someEvents(50, 5)))
	h.settled()
	h.stop()
	report := verified(t, server.Conn(t, "weir"), cfg)
	require.Empty(t, report.Problems)
	require.EqualValues(t, 25, report.Sources[0].Events)
}

func TestAnEventThatIsReplayedFromTheDeadLettersIsInItsChain(t *testing.T) {
	server := chdbtest.Start(t)
	cfg := auditConfig(t, server)
	h := start(t, cfg)
	conn := server.Conn(t, "weir")
	require.NoError(t, conn.Exec(t.Context(), "ALTER TABLE events ADD CONSTRAINT no_e3 CHECK event_id != 'e3'"))
	require.NoError(t, h.logs.ConsumeLogs(t.Context(), someEvents(0, 5)))
	h.settled()
	h.stop()
	report := verified(t, conn, cfg)
	require.Len(t, report.Problems, 1)
	require.Equal(t, verify.Removed, report.Problems[0].Kind)
	require.Contains(t, report.Problems[0].What, "dead-letter")

	require.NoError(t, conn.Exec(t.Context(), "ALTER TABLE events DROP CONSTRAINT no_e3"))
	letters, err := segment.DeadLetters(cfg.Directory)
	require.NoError(t, err)
	require.Len(t, letters, 1)
	_, err = (&ship.Shipper{Conn: conn, Now: time.Now}).Replay(t.Context(), letters[0])
	require.NoError(t, err)
	require.Empty(t, verified(t, conn, cfg).Problems)
}

func TestAuditConfigIsReadAndChecked(t *testing.T) {
	cfg := load(t, "clickhouse_store/server")
	require.Equal(t, AuditConfig{SigningKeyFile: "/etc/weir/audit-signing.key", CheckpointInterval: 30 * time.Second}, cfg.Audit)
	cfg.Audit.CheckpointInterval = 0
	require.ErrorContains(t, cfg.Validate(), "`audit::checkpoint_interval`")
}

// A full disk has room for so much.
func TestATrailerKeepsToItsShareOfTheDigests(t *testing.T) {
	chain, err := audit.Open(audit.Settings{Now: time.Now})
	require.NoError(t, err)
	for _, events := range []int{1, 100, 10_000} {
		block := audit.EncodeChain(chain.Trailer(audit.SegmentID{}, make([]audit.Sum, events)))
		require.LessOrEqual(t, len(block.Data), segment.TrailerShare*events*len(audit.Sum{})+1<<10)
	}
}
