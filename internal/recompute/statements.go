package recompute

import (
	"context"
	"embed"
	"fmt"
	"slices"
	"strings"
)

//go:embed sql/*.sql
var files embed.FS

// The statements by what they do; each is a file in sql/.
const (
	fillKeys       = "fill_keys"
	fillJudgedKeys = "fill_judged_keys"
	askedBuckets   = "asked_buckets"
	foundBuckets   = "found_buckets"
	fillTraces     = "fill_traces"
	fillParts      = "fill_parts"
	fillCalls      = "fill_calls"
	fillGroups     = "fill_groups"
	fillServers    = "fill_servers"
	fillHops       = "fill_hops"
	fillServing    = "fill_serving"
	fillBest       = "fill_best"
	fillLenders    = "fill_lenders"
	fillReports    = "fill_reports"
	fillPicked     = "fill_picked"
	fillAdopted    = "fill_adopted"
	fillPrevious   = "fill_previous"
	nextVersion    = "version"
	writeTraces    = "write_traces"
	writeActions   = "write_actions"
	buryActions    = "bury_actions"
	markResolved   = "mark_resolved"
	rollupVersion  = "rollup_version"
	fillLive       = "fill_live"
	fillRepeated   = "fill_repeated"
	fillRollup     = "fill_rollup"
	fillRollupOnce = "fill_rollup_once"
	countBeyond    = "count_beyond"
	write5m        = "write_5m"
	write5mCapped  = "write_5m_capped"
	zero5m         = "zero_5m"
	writeCoverage  = "write_coverage"
	zeroCoverage   = "zero_coverage"
	repeatedHours  = "fill_repeated_hours"
	writeHours     = "write_hours"
	writeHoursOnce = "write_hours_once"
	markDone       = "mark_done"
)

// Parts of statements, files too: {marked} stands for marked.sql. One that holds
// another stands before it.
var parts = []string{"outside", "known", "marked", "adopted", "lent", "hour_key", "actor", "place", "callerless", "gateless", "held"}

// Parts that are put together as the group needs it.
const (
	partReattributed = "reattributed" // as {judged}, for action_reports
	partSplit        = "split"        // as {split}
	partAdopting     = "adopting"     // as {adopting}
	partLenders      = "lenders"      // as {lenders}
	partDecided      = "decided"      // these three as {decided}
	partPicked       = "picked"
	partWritten      = "written"
	partFives        = "fives"         // as {fives}, for what has been rolled up
	partRepeatedHour = "repeated_hour" // as {repeated}
)

// work tables are made by the files work_<name>.sql, when a group or stretch needs
// them, and hold what it works on; {run} keeps collectors apart.
var (
	groupTables  = []string{"traces", "calls", "groups", "inside", "best", "previous"}
	hardTables   = []string{"reports", "picked", "adopted"}
	rollupTables = []string{"live", "rollup"}
)

func workTable(name, run string) string { return "recompute_" + name + "_" + run }

// statement reads a file, puts in the parts, and fills its placeholders, given
// in pairs.
func statement(name string, placeholders ...string) (string, error) {
	text, err := read(name)
	if err != nil {
		return "", err
	}
	for _, part := range parts {
		content, err := read(part)
		if err != nil {
			return "", err
		}
		text = strings.ReplaceAll(text, "{"+part+"}", content)
	}
	return strings.NewReplacer(placeholders...).Replace(text), nil
}

func read(name string) (string, error) {
	text, err := files.ReadFile("sql/" + name + ".sql")
	if err != nil {
		return "", fmt.Errorf("cannot read statement %s: %w", name, err)
	}
	return strings.TrimSpace(string(text)), nil
}

// fill reads a statement of sql/ and fills what all have in common.
func (w *work) fill(name string, placeholders []string) (string, error) {
	return statement(name, slices.Concat(placeholders, w.source, []string{"{run}", w.run, "{keys}", w.keys, "{holder}", w.holder})...)
}

// exec runs statements of sql/, one after another.
func (w *work) exec(ctx context.Context, names []string, placeholders ...string) error {
	for _, name := range names {
		sql, err := w.fill(name, placeholders)
		if err != nil {
			return err
		}
		if err := w.conn.Exec(ctx, sql); err != nil {
			return fmt.Errorf("cannot recompute (%s): %w", name, err)
		}
	}
	return nil
}

// counts gives the numbers of rows of a work table that conditions select.
func (w *work) counts(ctx context.Context, table string, conditions ...string) ([]uint64, error) {
	var n []uint64
	sql := "SELECT [countIf(" + strings.Join(conditions, "), countIf(") + ")] FROM " + workTable(table, w.run)
	if err := w.conn.QueryRow(ctx, sql).Scan(&n); err != nil {
		return nil, fmt.Errorf("cannot count the rows of a work table: %w", err)
	}
	return n, nil
}

// scan runs a statement of sql/ that gives one row.
func (w *work) scan(ctx context.Context, name string, placeholders []string, into ...any) error {
	sql, err := w.fill(name, placeholders)
	if err != nil {
		return err
	}
	if err := w.conn.QueryRow(ctx, sql).Scan(into...); err != nil {
		return fmt.Errorf("cannot recompute (%s): %w", name, err)
	}
	return nil
}
