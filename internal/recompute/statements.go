package recompute

import (
	"context"
	"embed"
	"fmt"
	"strings"
)

//go:embed sql/*.sql
var files embed.FS

// The statements by what they do; each is a file in sql/.
const (
	fillKeys        = "fill_keys"
	fillJudgedKeys  = "fill_judged_keys"
	fillBuckets     = "fill_buckets"
	fillFound       = "fill_found"
	growBuckets     = "grow_buckets"
	fillParts       = "fill_parts"
	fillReports     = "fill_reports"
	fillLongReports = "fill_long_reports"
	fillServers     = "fill_servers"
	fillHops        = "fill_hops"
	fillBest        = "fill_best"
	fillSeveral     = "fill_several"
	fillAdopted     = "fill_adopted"
	fillPrevious    = "fill_previous"
	version         = "version"
	writeActions    = "write_actions"
	buryActions     = "bury_actions"
	writeTraces     = "write_traces"
	markResolved    = "mark_resolved"
	fillTouched     = "fill_touched"
	rollupVersion   = "rollup_version"
	fillLive        = "fill_live"
	fillRollup      = "fill_rollup"
	countBeyond     = "count_beyond"
	write5m         = "write_5m"
	write5mCapped   = "write_5m_capped"
	zero5m          = "zero_5m"
	writeCoverage   = "write_coverage"
	zeroCoverage    = "zero_coverage"
	writeHours      = "write_hours"
	markDone        = "mark_done"
)

// Parts of statements, files too: {outside} stands for outside.sql.
const (
	partOutside      = "outside" // holds partCallerless
	partCallerless   = "callerless"
	partKnown        = "known"
	partHeld         = "held"
	partReattributed = "reattributed"
)

// work tables are made by the files work_<name>.sql, in this order, and hold
// what one group or stretch needs; {run} keeps collectors apart.
var (
	groupTables  = []string{"keys", "buckets", "found", "parts", "reports", "servers", "hops", "best", "adopted", "previous"}
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
	for _, part := range []string{partOutside, partCallerless, partKnown, partHeld} {
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
	return statement(name, append(placeholders, "{run}", r.run, "{holder}", r.holder)...)
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

// execIf runs a statement where the condition selects rows of the work table.
func (r *Resolver) execIf(ctx context.Context, table, where, name string, placeholders ...string) error {
	n, err := r.count(ctx, table, where)
	if err != nil || n == 0 {
		return err
	}
	return r.exec(ctx, []string{name}, placeholders...)
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
