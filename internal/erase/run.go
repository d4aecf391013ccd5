package erase

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/weir-otel/weir/internal/audit"
	trail "github.com/weir-otel/weir/internal/audit/erase"
)

// Eraser erases data subjects, one at a time: in one database only one may be at
// work.
type Eraser struct {
	Conn     driver.Conn // to Weir's database
	Key      *Key
	Segments string // the collector's segment folder; "" = none here
	Operator string
	Now      func() time.Time
	// Progress is told what is done next; nil = nobody.
	Progress func(step string)

	interrupt func(step string) error // in tests
}

// passes bounds how often rows are deleted that arrive while it runs.
const passes = 5

var errOther = errors.New("an erasure of another data subject was interrupted, or is under way: run it again with the ids that it was given (or drop the tables that begin with " +
	jobPrefix + "); then this one")

// Run deletes what is stored of the subject, in this order: rows of dead letters
// and of all tables; then actions and rollups are recomputed without them. After
// an error it can be run again with the same ids and goes on where it was.
func (e *Eraser) Run(ctx context.Context, subject *Subject) (*Receipt, error) {
	holds := Holds{Conn: e.Conn, Now: e.Now}
	if err := holds.check(ctx, e.Key, subject); err != nil {
		return nil, err
	}
	j, err := e.begin(ctx, subject)
	if err != nil {
		return nil, err
	}
	finder, err := newFinder(subject.patterns())
	if err != nil {
		return nil, err
	}
	var left []string
	steps := []struct {
		name string
		do   func() error
	}{
		{"waiting for earlier deletions", func() error { return e.settleMutations(ctx) }},
		{"noting the places of reports", func() error { return e.notePlaces(ctx) }},
		{"cutting dead letters", func() (err error) { left, err = e.cutLetters(ctx, j, finder); return err }},
		{"deleting rows", func() error { return e.deleteRows(ctx, j, false) }},
		{"recomputing actions and rollups", func() error { return e.recompute(ctx) }},
		{"deleting what they have replaced", func() error { return e.deleteRows(ctx, j, true) }},
	}
	for _, s := range steps {
		if err := e.step(s.name); err != nil {
			return nil, err
		}
		if err := s.do(); err != nil {
			return nil, fmt.Errorf("%s: %w", s.name, err)
		}
	}
	receipt := &Receipt{
		ID: j.Receipt, Started: j.Started, Operator: withoutSubject(finder, e.Operator),
		Subjects: j.Subjects, KeyID: e.Key.ID(), Rows: j.Rows, Left: left,
	}
	if err := e.verify(ctx, subject, receipt); err != nil {
		return nil, err
	}
	if err := e.step("dropping the job"); err != nil {
		return nil, err
	}
	receipt.Finished = e.Now().UTC()
	return receipt, e.dropJob(ctx)
}

func (e *Eraser) step(name string) error {
	if e.interrupt != nil {
		if err := e.interrupt(name); err != nil {
			return err
		}
	}
	if e.Progress != nil {
		e.Progress(name)
	}
	return nil
}

// begin makes the job, or takes up the one that was interrupted.
func (e *Eraser) begin(ctx context.Context, subject *Subject) (*job, error) {
	hashes := e.Key.hashes(subject)
	for _, create := range []string{
		tracesTable + " (bucket DateTime('UTC'), trace_key UInt64) ENGINE = MergeTree ORDER BY trace_key",
		keysTable + " (name String, key String) ENGINE = MergeTree ORDER BY (name, key)",
	} {
		if err := e.Conn.Exec(ctx, "CREATE TABLE IF NOT EXISTS "+create); err != nil {
			return nil, fmt.Errorf("cannot create the erasure's job: %w", err)
		}
	}
	j, err := readJob(ctx, e.Conn)
	if err != nil {
		return nil, err
	}
	if j != nil {
		if !slices.Equal(j.Subjects, hashes) {
			return nil, errOther
		}
		return j, nil
	}
	found, err := Find(ctx, e.Conn, subject, e.Segments)
	if err != nil {
		return nil, err
	}
	id, err := randomID()
	if err != nil {
		return nil, err
	}
	j = &job{Receipt: id, Started: e.Now().UTC(), Subjects: hashes, Rows: map[string]uint64{}}
	for _, t := range found.Tables {
		j.Rows[t.Table] = t.Rows
	}
	for _, l := range found.DeadLetters {
		for table, n := range l.Rows {
			j.Rows["dead-letter/"+table] += uint64(n)
		}
	}
	for _, create := range []string{
		"DROP TABLE IF EXISTS " + jobTable + " SYNC", // of one that was interrupted before its job was stored
		"CREATE TABLE " + jobTable + " " + jobColumns + " ENGINE = MergeTree ORDER BY kind SETTINGS fsync_after_insert = 1, fsync_part_directory = 1",
	} {
		if err := e.Conn.Exec(ctx, create); err != nil {
			return nil, fmt.Errorf("cannot create the erasure's job: %w", err)
		}
	}
	return j, fillJob(ctx, e.Conn, jobTable, subject.patterns(), j)
}

// mutationSettings: a DELETE is over when it returns, and its subqueries stay
// what they are: filled in, they would show the ids.
const mutationSettings = " SETTINGS mutations_sync = 2, mutations_execute_subqueries_on_initiator = 0, mutations_execute_nondeterministic_on_initiator = 0"

const mutationPause = 100 * time.Millisecond

// settleMutations waits for DELETEs of an interrupted run; what cannot succeed
// is taken back.
func (e *Eraser) settleMutations(ctx context.Context) error {
	const ours = "database = currentDatabase() AND NOT is_done AND position(command, '" + jobPrefix + "') > 0"
	for {
		var waiting, failed uint64
		if err := e.Conn.QueryRow(ctx, "SELECT count(), countIf(latest_fail_reason != '') FROM system.mutations WHERE "+ours).Scan(&waiting, &failed); err != nil {
			return fmt.Errorf("cannot read the mutations: %w", err)
		}
		if waiting == 0 {
			return nil
		}
		if failed > 0 {
			if err := e.Conn.Exec(ctx, "KILL MUTATION WHERE "+ours+" AND latest_fail_reason != '' SYNC"); err != nil {
				return fmt.Errorf("cannot take back a failed mutation: %w", err)
			}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(mutationPause):
		}
	}
}

// cutLetters also states which audit events of them may be missing.
func (e *Eraser) cutLetters(ctx context.Context, j *job, f *finder) (left []string, err error) {
	if e.Segments == "" {
		return nil, nil
	}
	c := &cutter{finder: f, conn: e.Conn, directory: e.Segments, state: func(ctx context.Context, letter string, digests []string) (bool, error) {
		return e.stateLost(ctx, j, letter, digests)
	}}
	return c.cut(ctx)
}

// stateLost leaves a signed statement about audit events of a dead letter; false
// when their chain is not stored.
func (e *Eraser) stateLost(ctx context.Context, j *job, letter string, digests []string) (chained bool, err error) {
	name := "digests of " + letter
	if err := e.noteKeys(ctx, name, digests); err != nil {
		return false, err
	}
	noted := "(SELECT toFixedString(unhex(key), 32) FROM " + keysTable + " WHERE name = '" + name + "')"
	chain := "digest IN " + noted
	var known, all uint64
	sql := "SELECT (SELECT uniqExact(digest) FROM " + audit.TableChain + " WHERE " + chain + "), (SELECT uniqExact(*) FROM " + noted + ")"
	if err := e.Conn.QueryRow(ctx, sql).Scan(&known, &all); err != nil {
		return false, fmt.Errorf("cannot read the audit chain: %w", err)
	}
	if known < all {
		return false, nil
	}
	_, err = trail.State(ctx, e.Conn, trail.Request{Key: e.Key.signing, Now: e.Now(), Receipt: j.Receipt, Events: "0", Chain: chain})
	return true, err
}

func (e *Eraser) noteKeys(ctx context.Context, name string, keys []string) error {
	batch, err := e.Conn.PrepareBatch(ctx, "INSERT INTO "+keysTable+" (name, key)")
	for _, key := range keys {
		if err == nil {
			err = batch.Append(name, key)
		}
	}
	if err == nil {
		err = batch.Send()
	}
	if err != nil {
		return fmt.Errorf("cannot note keys of rows: %w", err)
	}
	return nil
}

const reportsTable = "action_reports"

// derived are tables that the recompute writes: it has to take back what it
// wrote before its rows can go.
var derived = []string{"actions", "trace_connectors"}

// deleteRows deletes what tables hold of the subject, until nothing is found:
// before the recompute not what it writes, after it not what it reads.
func (e *Eraser) deleteRows(ctx context.Context, j *job, recomputed bool) error {
	tables, err := listTables(ctx, e.Conn)
	if err != nil {
		return err
	}
	for range passes {
		deleted := false
		for i := range tables {
			t := &tables[i]
			if !recomputed && slices.Contains(derived, t.name) || recomputed && t.name == reportsTable {
				continue
			}
			found, err := t.find(ctx, e.Conn, jobTable)
			if err != nil {
				return err
			}
			if found.Rows == 0 {
				continue
			}
			if t.name == holdsTable {
				continue
			}
			if err := e.deleteFrom(ctx, j, t); err != nil {
				return err
			}
			deleted = deleted || found.Kept == ""
		}
		if !deleted {
			return nil
		}
	}
	return nil
}

func (e *Eraser) deleteFrom(ctx context.Context, j *job, t *table) error {
	if err := e.step("deleting from " + t.name); err != nil {
		return err
	}
	where, err := t.holds(jobTable)
	if err != nil {
		return err
	}
	switch {
	case t.name == reportsTable:
		if err := e.notePlaces(ctx); err != nil { // of reports that have arrived meanwhile
			return err
		}
	case t.name == audit.TableEvents:
		if _, err := trail.State(ctx, e.Conn, trail.Request{Key: e.Key.signing, Now: e.Now(), Receipt: j.Receipt, Events: where}); err != nil {
			return err
		}
		if err := e.step("deleting stated events"); err != nil {
			return err
		}
	case t.name == catalogTable:
		where += " AND NOT " + inForce
	case t.replaces() && !slices.Contains(derived, t.name):
		// Else an older version of the row would be in force again.
		key := "hex(sipHash128(" + t.key + "))"
		name := strings.ReplaceAll(t.name, "'", "")
		if err := e.Conn.Exec(ctx, "INSERT INTO "+keysTable+" SELECT DISTINCT '"+name+"', "+key+" FROM "+quote(t.name)+" WHERE "+where); err != nil {
			return fmt.Errorf("cannot note the rows of table %s: %w", t.name, err)
		}
		where = key + " IN (SELECT key FROM " + keysTable + " WHERE name = '" + name + "')"
	}
	if err := e.Conn.Exec(ctx, "ALTER TABLE "+quote(t.name)+" DELETE WHERE "+where+mutationSettings); err != nil {
		return fmt.Errorf("cannot delete from table %s: %w", t.name, err)
	}
	return nil
}

// replaces says that rows of one key are versions of one.
func (t *table) replaces() bool {
	return strings.Contains(t.engine, "ReplacingMergeTree") && t.key != ""
}

// verify looks again everywhere, and says what is left.
func (e *Eraser) verify(ctx context.Context, subject *Subject, receipt *Receipt) error {
	found, err := Find(ctx, e.Conn, subject, e.Segments)
	if err != nil {
		return err
	}
	for _, t := range found.Tables {
		why := "rows arrive while it is erased: stop what sends them, and erase again"
		if t.Kept != "" {
			why = t.Kept
		}
		receipt.Left = append(receipt.Left, fmt.Sprintf("table %s has %d rows of the subject: %s", t.Table, t.Rows, why))
	}
	for _, w := range found.Waiting {
		receipt.Left = append(receipt.Left, fmt.Sprintf("segment %s waits to be delivered with %s of the subject: erase again when it is", w.Path, countsText(w.Rows)))
	}
	return nil
}

func countsText(rows map[string]int) string {
	parts := make([]string, 0, len(rows))
	for _, table := range slices.Sorted(maps.Keys(rows)) {
		parts = append(parts, fmt.Sprintf("%d rows of %s", rows[table], table))
	}
	return strings.Join(parts, ", ")
}

// dropJob removes all traces of the job, the ids last.
func (e *Eraser) dropJob(ctx context.Context) error {
	for _, name := range []string{tracesTable, keysTable, jobTable} {
		if err := e.Conn.Exec(ctx, "DROP TABLE IF EXISTS "+name+" SYNC"); err != nil {
			return fmt.Errorf("cannot drop the erasure's job: %w", err)
		}
	}
	return nil
}

// withSettings is for INSERTs that must not be taken for earlier ones.
func withSettings(ctx context.Context) context.Context {
	return clickhouse.Context(ctx, clickhouse.WithSettings(clickhouse.Settings{"insert_deduplicate": 0, "async_insert": 0}))
}
