package erase

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/audit/verify"
	"github.com/weir-otel/weir/internal/leak"
	"github.com/weir-otel/weir/internal/recompute"
	"github.com/weir-otel/weir/internal/segment"
)

// plantedApart are tables that have rows in the test anyway, or whose rows are
// signed, or no person's.
var plantedApart = []string{
	"events", "event_chain", "audit_checkpoints", "audit_tombstones", "action_reports", "actions", "trace_connectors", "recompute_queue",
	"catalog_revisions", "legal_holds", "schema_migrations",
}

// calls are traces with reports of both people: some of the subject alone, one
// of both, one whose best report only is the subject's.
func calls(subject bool) (all []report) {
	add := func(user string, r report) {
		if r.user = user; user != ann || subject {
			all = append(all, r)
		}
	}
	add(ann, report{source: "server", service: "crm", trace: 1, span: 1, bytes: 10})
	add(ann, report{at: 7 * time.Minute, source: "server", service: "crm", trace: 2, span: 1, bytes: 20}) // alone in its bucket
	add(joe, report{at: time.Second, source: "server", service: "crm", trace: 3, span: 1, bytes: 40})
	add(joe, report{at: 2 * time.Second, source: "server", service: "crm", trace: 4, span: 1, bytes: 80})
	add(ann, report{at: 2 * time.Second, source: "client", service: "bot", trace: 4, span: 9, bytes: 160})
	add(ann, report{at: 3 * time.Second, source: "edge", service: "gateway", trace: 5, span: 1, bytes: 320}) // the best of the call
	add("", report{at: 3 * time.Second, source: "server", service: "crm", trace: 5, span: 2, parent: 1, bytes: 640})
	return all
}

// fill plants the subject everywhere.
func (s *store) fill(t *testing.T) {
	t.Helper()
	tables, err := listTables(t.Context(), s.conn)
	require.NoError(t, err)
	for i := range tables {
		if columns, _, err := tables[i].conditions(jobTable); err != nil || len(columns) == 0 || slices.Contains(plantedApart, tables[i].name) {
			require.NoError(t, err)
			continue
		}
		for _, who := range []string{ann, joe} {
			plant(t, s.conn, &tables[i], who, noon.Add(-72*time.Hour))
		}
	}
	deliver(t, s.conn, calls(true)...)
	require.NoError(t, recompute.Settle(t.Context(), s.conn))
	s.chained(t, ann, joe, ann)
	exec(t, s.conn, "INSERT INTO catalog_revisions (revision, loaded_at, content) VALUES ('r1', now64(3) - 9, 'owner: "+ann+"'), ('r2', now64(3), 'owner: nobody')")
	const third = "substring(salt, 1, 1) = char(2)" // its chain is stored, and the event a dead letter
	s.letter(t, s.taken(t, "events", third))
	exec(t, s.conn, "ALTER TABLE events DELETE WHERE "+third+" SETTINGS mutations_sync = 2")
	s.letter(t, s.taken(t, "logs", "1"), s.taken(t, "spans", "name = '"+ann+"'"))
	s.letter(t, s.taken(t, "spans", "name = '"+ann+"'"))
}

// dump looks for the id in all there is: every table, the mutations, all other
// files of the engine, the segment folder.
func (s *store) dump(t *testing.T) leak.Found {
	t.Helper()
	search := leak.New(leak.Encodings("id", ann))
	require.NoError(t, search.Tables(t.Context(), s.conn))
	require.NoError(t, search.Files(s.data))
	require.NoError(t, search.Files(s.segments))
	var commands []string
	require.NoError(t, s.conn.QueryRow(t.Context(), "SELECT groupArray(concat(command, latest_fail_reason)) FROM system.mutations").Scan(&commands))
	search.Bytes([]byte(strings.Join(commands, "\n")), "system.mutations")
	var logs []string
	require.NoError(t, s.conn.QueryRow(t.Context(), "SELECT groupArray(name) FROM system.tables WHERE database = 'system' AND name LIKE '%\\_log'").Scan(&logs))
	require.Empty(t, logs, "the engine writes a log that this test does not search")
	return search.Found
}

func TestAnErasureInterruptedAtEachStepLeavesNothingOfTheSubjectAndAllOfTheOthers(t *testing.T) {
	s := newStore(t)
	s.fill(t)
	without := s.database(t, "without")
	deliver(t, without, calls(false)...)
	require.NoError(t, recompute.Settle(t.Context(), without))

	subject := newSubject(t, ann)
	before, err := Find(t.Context(), s.conn, subject, s.segments)
	require.NoError(t, err)
	others := s.others(t, before)
	s.found(t, before)

	receipt := s.eraseInterrupted(t)
	require.True(t, receipt.Complete(), receipt.Left)
	require.Len(t, receipt.Rows, len(before.Tables)+3, "tables, and three tables of dead letters")

	after, err := Find(t.Context(), s.conn, subject, s.segments)
	require.NoError(t, err)
	require.True(t, after.Empty(), "%+v", after)
	require.Equal(t, others, s.others(t, before), "other rows are all there")
	letters, err := segment.DeadLetters(s.segments)
	require.NoError(t, err)
	require.Len(t, letters, 1)
	require.Equal(t, 1, letters[0].Tables[0].Rows, "the other's row of the letter that had both")
	require.Equal(t, scenario(rollups(t, without)), scenario(rollups(t, s.conn)))
	s.gone(t)
	s.verified(t)
}

// found is the positive control.
func (s *store) found(t *testing.T, before *Found) {
	t.Helper()
	dump := s.dump(t)
	for _, table := range before.Tables {
		require.True(t, dump.In("id", "table `weir`.`"+table.Table+"`"), table.Table)
		require.NotZero(t, table.Rows)
	}
	for _, place := range []string{"segment, table logs", "segment, table spans", "file dead-letter"} {
		require.True(t, dump.In("id", place), "%s: %v", place, dump.Places())
	}
	require.Greater(t, len(before.Tables), 15)
	require.Len(t, before.DeadLetters, 3)
}

// gone: the id is nowhere, and the job neither. Files of parts that an erasure
// replaced are ClickHouse's to remove, old_parts_lifetime later; nothing reads
// them.
func (s *store) gone(t *testing.T) {
	t.Helper()
	var replaced []string
	require.NoError(t, s.conn.QueryRow(t.Context(), "SELECT groupArray(path) FROM system.parts WHERE NOT active").Scan(&replaced))
	places := slices.DeleteFunc(s.dump(t).Places(), func(place string) bool {
		return slices.ContainsFunc(replaced, func(path string) bool {
			return strings.Contains(place, strings.Join(lastElements(path, 2), "/")+"/")
		})
	})
	require.Empty(t, places)
	require.Zero(t, count(t, s.conn, "SELECT count() FROM system.tables WHERE startsWith(name, '"+jobPrefix+"')"))
}

// lastElements are the last n elements of a path.
func lastElements(path string, n int) []string {
	elements := strings.Split(strings.Trim(path, "/"), "/")
	return elements[len(elements)-n:]
}

// others counts the rows of each table that are not the subject's; of the
// tables that are written anew, nothing.
func (s *store) others(t *testing.T, before *Found) map[string]uint64 {
	t.Helper()
	counts := map[string]uint64{}
	var without []string
	for _, name := range before.Tables {
		if slices.Contains([]string{"actions", "trace_connectors", "connector_5m", "connector_hours", "coverage_5m"}, name.Table) {
			continue
		}
		counts[name.Table] = count(t, s.conn, "SELECT count() FROM "+name.Table+" WHERE toString(tuple(*)) LIKE '%"+joe+"%'")
		if counts[name.Table] == 0 && name.Table != "catalog_revisions" {
			without = append(without, name.Table)
		}
	}
	require.Empty(t, without, "tables without a row of the other")
	return counts
}

// scenario leaves out what was planted into rollups as if it were names.
func scenario(rows []string) (kept []string) {
	for _, r := range rows {
		if !strings.Contains(r, "'"+joe+"','"+joe+"'") && !strings.Contains(r, "'"+joe+"',0") {
			kept = append(kept, r)
		}
	}
	return kept
}

// interruptedTables stand for all: of one kind of DELETE each.
var interruptedTables = []string{"deleting from events", "deleting from findings", "deleting from spans"}

var errInterrupted = errors.New("interrupted")

// eraseInterrupted runs until it is done, interrupted once before each step.
func (s *store) eraseInterrupted(t *testing.T) *Receipt {
	t.Helper()
	seen := map[string]bool{}
	e := s.eraser()
	e.interrupt = func(step string) error {
		if seen[step] || strings.HasPrefix(step, "deleting from ") && !slices.Contains(interruptedTables, step) {
			return nil
		}
		seen[step] = true
		return fmt.Errorf("%w before %s", errInterrupted, step)
	}
	for {
		receipt, err := e.Run(t.Context(), newSubject(t, ann))
		if err == nil {
			require.Len(t, seen, 14, "steps")
			return receipt
		}
		require.ErrorIs(t, err, errInterrupted)
	}
}

func (s *store) verified(t *testing.T) {
	t.Helper()
	report, err := verify.Run(t.Context(), verify.Database{Conn: s.conn}, verify.Options{Now: time.Now(), Keys: []ed25519.PublicKey{s.signing.Public().(ed25519.PublicKey)}})
	require.NoError(t, err)
	require.Empty(t, report.Problems)
	erased := uint64(0)
	for _, source := range report.Sources {
		erased += source.Erased
	}
	require.EqualValues(t, 2, erased)
}

func TestAHeldSubjectIsRefusedAndASegmentThatWaitsIsTold(t *testing.T) {
	s := newStore(t)
	tables, err := listTables(t.Context(), s.conn)
	require.NoError(t, err)
	logs := &tables[slices.IndexFunc(tables, func(t table) bool { return t.name == "logs" })]
	plant(t, s.conn, logs, ann, noon)
	open, err := segment.Open(segment.Settings{Directory: s.segments, Now: time.Now})
	require.NoError(t, err)
	plant(t, s.conn, logs, "jo"+ann, noon)
	require.NoError(t, open.Append(t.Context(), &segment.Record{Tables: []segment.Table{s.taken(t, "logs", "body = '"+ann+"'")}}))
	defer open.Close()
	held(t, s)

	receipt, err := s.eraser().Run(t.Context(), newSubject(t, ann))
	require.NoError(t, err)
	require.False(t, receipt.Complete())
	require.Contains(t, receipt.Left[0], "waits to be delivered with 1 rows of logs")
	require.EqualValues(t, 1, receipt.Rows["logs"])
	require.EqualValues(t, 1, count(t, s.conn, "SELECT count() FROM logs"), "a longer address is another's")
	files, err := filepath.Glob(filepath.Join(s.segments, "*"+openSuffix))
	require.NoError(t, err)
	require.Len(t, files, 1)
	_, err = os.Stat(files[0])
	require.NoError(t, err)
}
