package e2e

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/stretchr/testify/require"
)

var metricTables = []string{"metrics_gauge", "metrics_sum", "metrics_histogram", "metrics_exponential_histogram", "metrics_summary"}

// rowIDs is how a table's rows have their id, as SQL.
func rowIDs(table string) string {
	if slices.Contains(metricTables, table) {
		return "toUInt64(attributes_int['" + rowKey + "'])"
	}
	return "reinterpretAsUInt64(reverse(span_id))"
}

var rawTables = append([]string{"spans", "logs", "events", "action_reports"}, metricTables...)

// examples are how many differences are told in full.
const examples = 20

// findings are what is wrong, and how much there is.
type findings struct {
	stored, lost, doubled, torn, strangers int
	examples                               []string
}

func (f *findings) note(format string, args ...any) {
	if len(f.examples) < examples {
		f.examples = append(f.examples, fmt.Sprintf(format, args...))
	}
}

func (f *findings) ok() bool { return f.lost+f.doubled+f.torn+f.strangers == 0 && len(f.examples) == 0 }

// add takes over what is wrong with what is derived.
func (f *findings) add(derived *findings) {
	f.lost, f.doubled, f.strangers = f.lost+derived.lost, f.doubled+derived.doubled, f.strangers+derived.strangers
	f.examples = append(f.examples, derived.examples...)
}

func (f *findings) String() string {
	return fmt.Sprintf("%d rows lost, %d doubled, %d requests stored in part, %d rows of nobody:\n  %s",
		f.lost, f.doubled, f.torn, f.strangers, strings.Join(f.examples, "\n  "))
}

// tally is how many rows of a request a table has, and how many different ones.
type tally struct{ rows, distinct int }

// tallies counts a query's ids by request.
func tallies(ctx context.Context, conn driver.Conn, id, from string) (map[uint64]tally, error) {
	rows, err := conn.Query(ctx, fmt.Sprintf("SELECT bitShiftRight(id, %d) AS request, count(), uniqExact(id) FROM (SELECT %s AS id FROM %s) GROUP BY request", rowBits, id, from))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	found := map[uint64]tally{}
	for rows.Next() {
		var request, n, distinct uint64
		if err := rows.Scan(&request, &n, &distinct); err != nil {
			return nil, err
		}
		found[request] = tally{rows: int(n), distinct: int(distinct)}
	}
	return found, rows.Err()
}

// compareRaw says how the raw tables differ from what was sent, and which
// requests are stored.
func compareRaw(ctx context.Context, conn driver.Conn, requests []*request) (f *findings, stored map[uint64]bool, err error) {
	f = &findings{}
	tables := map[string]map[uint64]tally{}
	for _, table := range rawTables {
		if tables[table], err = tallies(ctx, conn, rowIDs(table), table); err != nil {
			return nil, nil, err
		}
	}
	stored = map[uint64]bool{}
	for _, r := range requests {
		stored[r.number] = compareRequest(f, r, tables)
		for number, rows := range r.parts() {
			for table := range rows {
				delete(tables[table], number)
			}
		}
	}
	for table, rest := range tables {
		for number, t := range rest {
			f.strangers += t.rows
			f.note("%s: %d rows of request %d, which nobody sent there", table, t.rows, number)
		}
	}
	return f, stored, nil
}

// compareRequest: acknowledged means all rows once; otherwise all once, or none.
func compareRequest(f *findings, r *request, tables map[string]map[uint64]tally) (stored bool) {
	for number, rows := range r.parts() {
		for table := range rows {
			stored = stored || tables[table][number].rows > 0
		}
	}
	for number, rows := range r.parts() {
		for table, want := range rows {
			compareRows(f, r, stored, table, want, tables[table][number])
		}
	}
	return stored
}

func compareRows(f *findings, r *request, stored bool, table string, want int, got tally) {
	f.stored += got.rows
	if extra := got.rows - got.distinct; extra > 0 {
		f.doubled += extra
		f.note("%s: request %d (%s) has %d rows twice", table, r.number, r.outcome, extra)
	}
	switch missing := want - got.distinct; {
	case missing == 0 || !stored && r.outcome != acknowledged:
	case r.outcome == acknowledged:
		f.lost += missing
		f.note("%s: request %d was acknowledged, and %d of its %d rows are missing", table, r.number, missing, want)
	default:
		f.torn++
		f.note("%s: request %d (%s) has %d of its %d rows, and others elsewhere", table, r.number, r.outcome, got.distinct, want)
	}
}

func (o outcome) String() string { return [...]string{"unanswered", "refused", "acknowledged"}[o] }

// compareDerived says how actions and rollups differ from what the stored
// reports give: a call is one action, whichever of its two reports are there.
func compareDerived(ctx context.Context, conn driver.Conn, requests []*request, stored map[uint64]bool) (*findings, error) {
	f := &findings{}
	want := map[uint64]int{}
	for _, r := range requests {
		if stored[r.number] && r.path == "/v1/traces" {
			want[r.number] = callsARequest
			if r.late != 0 {
				want[r.late-1] = callsARequest
			}
		}
	}
	got, err := tallies(ctx, conn, "reinterpretAsUInt64(reverse(substring(trace_id, 9)))", "actions FINAL WHERE live = 1")
	if err != nil {
		return nil, err
	}
	for number, n := range want {
		f.lost += max(0, n-got[number].distinct)
		f.doubled += got[number].rows - got[number].distinct
		if (got[number] != tally{rows: n, distinct: n}) {
			f.note("actions: request %d has %+v, expected %d", number, got[number], n)
		}
		delete(got, number)
	}
	for number, t := range got {
		f.strangers += t.rows
		f.note("actions: %d of request %d, no report of which is stored", t.rows, number)
	}
	return f, compareSums(ctx, conn, f)
}

// sums are queries for what differs between two tables; without rows they agree.
var sums = map[string]string{
	"rollup of 5 minutes": rollupDifference("connector_5m", "bucket", "toDateTime(bucket, 'UTC')"),
	"rollup of hours":     rollupDifference("connector_hours", "hour", "toStartOfHour(bucket, 'UTC')"),
	"reports of actions":  "SELECT toString(a), toString(b) FROM (SELECT sum(reports) AS a, (SELECT count() FROM action_reports) AS b FROM actions FINAL WHERE live = 1) WHERE a != b",
	"resources of spans":  "SELECT toString(resource_id), 'not in resources' FROM spans WHERE resource_id NOT IN (SELECT resource_id FROM resources) LIMIT 1",
	"chain of events":     "SELECT toString(a), toString(b) FROM (SELECT count() AS a, (SELECT uniqExact(source, seq) FROM event_chain) AS b FROM events) WHERE a != b",
	"links of the chain":  "SELECT toString(a), toString(b) FROM (SELECT count() AS a, uniqExact(source, seq) AS b FROM event_chain) WHERE a != b",
}

// rollupDifference compares a rollup with the actions, cell by cell.
func rollupDifference(table, timeColumn, ofAction string) string {
	const keys = "connector_id, method, route, status_class"
	return "SELECT toString(cell), toString(groupArray((side, measures))) FROM (" +
		"SELECT ('rollup') AS side, (" + timeColumn + ", " + keys + ") AS cell, (toInt64(sum(actions)), toInt64(sum(errors)), toInt64(sum(bytes_out))) AS measures FROM " + table + " FINAL GROUP BY cell HAVING measures.1 != 0" +
		" UNION ALL " +
		"SELECT ('actions') AS side, (" + ofAction + ", " + keys + ") AS cell, (toInt64(count()), toInt64(sum(is_error)), toInt64(sum(bytes_out))) AS measures FROM actions FINAL WHERE live = 1 GROUP BY cell" +
		") GROUP BY cell HAVING count() != 2 OR uniqExact(measures) != 1 LIMIT 3"
}

func compareSums(ctx context.Context, conn driver.Conn, f *findings) error {
	for what, query := range sums {
		rows, err := conn.Query(ctx, query)
		if err != nil {
			return fmt.Errorf("%s: %w", what, err)
		}
		for rows.Next() {
			var a, b string
			if err := rows.Scan(&a, &b); err != nil {
				return err
			}
			f.note("%s: %s ≠ %s", what, a, b)
		}
		if err := rows.Close(); err != nil {
			return err
		}
	}
	return nil
}

// requireTheComparisonFails takes a row away, puts one in twice, changes a sum:
// each has to be found. It spoils the tables.
func requireTheComparisonFails(t *testing.T, conn driver.Conn, requests []*request) {
	t.Helper()
	ctx := t.Context()
	raw := func() *findings {
		f, _, err := compareRaw(ctx, conn, requests)
		require.NoError(t, err)
		return f
	}
	require.True(t, raw().ok())
	require.NoError(t, conn.Exec(ctx, "INSERT INTO spans SELECT * FROM spans LIMIT 1 SETTINGS insert_deduplicate = 0"))
	require.Equal(t, 1, raw().doubled, "a span that is stored twice")
	victim := requests[slices.IndexFunc(requests, func(r *request) bool { return r.outcome == acknowledged && r.rows["logs"] > 0 })]
	require.NoError(t, conn.Exec(ctx, fmt.Sprintf("DELETE FROM logs WHERE %s = %d", rowIDs("logs"), rowID(victim.number, 0))))
	require.Equal(t, 1, raw().lost, "a log record that is gone")

	_, stored, err := compareRaw(ctx, conn, requests)
	require.NoError(t, err)
	derived := func() *findings {
		f, err := compareDerived(ctx, conn, requests, stored)
		require.NoError(t, err)
		return f
	}
	require.NoError(t, conn.Exec(ctx, "ALTER TABLE connector_5m UPDATE actions = actions + 1 WHERE actions > 0 SETTINGS mutations_sync = 1"))
	require.Contains(t, derived().String(), "rollup of 5 minutes", "a rollup that counts more than there is")
	require.NoError(t, conn.Exec(ctx, "ALTER TABLE actions DELETE WHERE call_key IN (SELECT call_key FROM actions WHERE live = 1 LIMIT 1) SETTINGS mutations_sync = 1"))
	require.Equal(t, 1, derived().lost, "an action that is gone")
}
