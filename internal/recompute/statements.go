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
	fillBuckets    = "fill_buckets"
	fillFound      = "fill_found"
	growBuckets    = "grow_buckets"
	fillTraces     = "fill_traces"
	fillParts      = "fill_parts"
	fillCalls      = "fill_calls"
	fillGroups     = "fill_groups"
	fillServers    = "fill_servers"
	fillHops       = "fill_hops"
	fillServing    = "fill_serving"
	fillBest       = "fill_best"
	fillReports    = "fill_reports"
	fillPicked     = "fill_picked"
	fillAdopted    = "fill_adopted"
	fillPrevious   = "fill_previous"
	nextVersion    = "version"
	writeTraces    = "write_traces"
	writeActions   = "write_actions"
	buryActions    = "bury_actions"
	markResolved   = "mark_resolved"
	fillTouched    = "fill_touched"
	rollupVersion  = "rollup_version"
	fillLive       = "fill_live"
	fillRollup     = "fill_rollup"
	countBeyond    = "count_beyond"
	write5m        = "write_5m"
	write5mCapped  = "write_5m_capped"
	zero5m         = "zero_5m"
	writeCoverage  = "write_coverage"
	zeroCoverage   = "zero_coverage"
	writeHours     = "write_hours"
	markDone       = "mark_done"
)

// Parts of statements, files too: {marked} stands for marked.sql. One that holds
// another stands before it.
var parts = []string{"outside", "known", "marked", "adopted", "callerless", "gateless", "held"}

// Parts that are put together as the group needs it.
const (
	partReattributed = "reattributed" // as {judged}, for action_reports
	partSplit        = "split"        // as {split}
	partLone         = "lone"         // these five as {decided}
	partChosen       = "chosen"
	partLent         = "lent"
	partPicked       = "picked"
	partWritten      = "written"
	partFives        = "fives" // as {fives}, for what has been rolled up
)

// work tables are made by the files work_<name>.sql, in this order, and hold
// what one group or stretch needs; {run} keeps collectors apart.
var (
	groupTables = []string{
		"keys", "buckets", "found", "traces", "parts", "calls", "groups", "servers", "hops", "serving", "best",
		"reports", "picked", "adopted", "previous",
	}
	hardTables   = []string{"reports", "picked", "adopted"}
	rollupTables = []string{"touched", "live", "rollup"}
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
func (r *Resolver) fill(name string, placeholders []string) (string, error) {
	return statement(name, slices.Concat(placeholders, r.source, []string{"{run}", r.run, "{holder}", r.holder})...)
}

// exec runs statements of sql/, one after another.
func (r *Resolver) exec(ctx context.Context, names []string, placeholders ...string) error {
	for _, name := range names {
		sql, err := r.fill(name, placeholders)
		if err != nil {
			return err
		}
		if err := r.conn.Exec(ctx, sql); err != nil {
			return fmt.Errorf("cannot recompute (%s): %w", name, err)
		}
	}
	return nil
}

// execIf runs statements where the condition selects rows of the work table.
func (r *Resolver) execIf(ctx context.Context, table, where string, names []string, placeholders ...string) error {
	n, err := r.count(ctx, table, where)
	if err != nil || n == 0 {
		return err
	}
	return r.exec(ctx, names, placeholders...)
}

// count gives the number of rows of a work table that the condition selects.
func (r *Resolver) count(ctx context.Context, table, where string) (n uint64, err error) {
	sql := "SELECT count() FROM " + workTable(table, r.run) + " WHERE " + where
	if err := r.conn.QueryRow(ctx, sql).Scan(&n); err != nil {
		return 0, fmt.Errorf("cannot count the rows of a work table: %w", err)
	}
	return n, nil
}

// scan runs a statement of sql/ that gives one row.
func (r *Resolver) scan(ctx context.Context, name string, placeholders []string, into ...any) error {
	sql, err := r.fill(name, placeholders)
	if err != nil {
		return err
	}
	if err := r.conn.QueryRow(ctx, sql).Scan(into...); err != nil {
		return fmt.Errorf("cannot recompute (%s): %w", name, err)
	}
	return nil
}
