package schema

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// A table that is copied must stand still: no INSERT (each is refused with
// TOO_MANY_PARTS, 252), no merge, no retention, so that its parts keep their
// names and rows. frozenMark is what tells such a table.
const (
	frozenMark     = "max_parts_in_total = 0"
	freezeSettings = frozenMark + ", max_bytes_to_merge_at_max_space_in_pool = 0, max_number_of_merges_with_ttl_in_pool = 0"
	// The new table's retention waits until it is in place, so that the rows of
	// both can be counted.
	fillingSettings = "max_number_of_merges_with_ttl_in_pool = 0"
	fillingNames    = "max_number_of_merges_with_ttl_in_pool"
	newSuffix       = "_new"
)

// One piece is one INSERT of one block, so that its token covers all of it.
const (
	pieceRows  = 200_000
	pieceBytes = 64 << 20
)

var (
	errRebuildOnCluster = errors.New("a rebuild works on one server only: make a new database on the cluster and move the data there (weirctl move)")
	errRowsDiffer       = errors.New("the copy has another number of rows than the table; nothing was exchanged")
)

// rebuilding is the state of one rebuild. Each step looks at what is there, so
// that a rebuild that was interrupted goes on:
//
//	table frozen? ──copy──► table_new full ──EXCHANGE──► table_new frozen ──record──► DROP table_new
type rebuilding struct {
	*plan
	m        migration
	o        object
	old, new string // names in SQL; after the exchange the rows of old are in new
}

func (p *plan) rebuild(ctx context.Context, m migration) error {
	i := slices.IndexFunc(p.objects, func(o object) bool { return o.name == m.rebuild && o.hasData() && !o.compat })
	switch {
	case i < 0:
		return fmt.Errorf("there is no table %s in sql", m.rebuild)
	case p.state(p.objects[i]) == StateApplied:
		return p.finish(ctx, m) // it has the newest form since it was made, or by an earlier rebuild
	case p.opts.Cluster != "":
		return errRebuildOnCluster
	}
	r := rebuilding{plan: p, m: m, o: p.objects[i], old: p.opts.table(m.rebuild), new: p.opts.table(m.rebuild + newSuffix)}
	return r.run(ctx)
}

func (r rebuilding) run(ctx context.Context) error {
	found, err := readDefinitions(ctx, r.conn, r.opts)
	if err != nil {
		return err
	}
	if !found[r.m.rebuild+newSuffix].frozen() {
		if err := r.fill(ctx); err != nil {
			return err
		}
		if err := r.conn.Exec(ctx, r.exchange()); err != nil {
			return fmt.Errorf("cannot exchange %s and its copy: %w", r.m.rebuild, err)
		}
	}
	if err := r.execAll(ctx, r.thaw()); err != nil {
		return fmt.Errorf("cannot open %s again: %w", r.m.rebuild, err)
	}
	if err := r.finish(ctx, r.m); err != nil {
		return err
	}
	return r.dropOld(ctx, r.m.rebuild)
}

// fill freezes the table and copies it.
func (r rebuilding) fill(ctx context.Context) error {
	if err := r.settle(ctx, []string{r.m.rebuild}); err != nil {
		return err
	}
	if err := r.conn.Exec(ctx, r.freeze()); err != nil {
		return fmt.Errorf("cannot freeze %s: %w", r.m.rebuild, err)
	}
	if err := r.standStill(ctx); err != nil {
		return fmt.Errorf("cannot wait until %s stands still: %w", r.m.rebuild, err)
	}
	if err := r.execAll(ctx, r.createNew()); err != nil {
		return fmt.Errorf("cannot create %s%s: %w", r.m.rebuild, newSuffix, err)
	}
	if err := r.copy(ctx); err != nil {
		return fmt.Errorf("cannot copy %s: %w", r.m.rebuild, err)
	}
	return r.verify(ctx)
}

func (r rebuilding) freeze() string {
	return "ALTER TABLE " + r.old + " MODIFY SETTING " + freezeSettings
}

func (r rebuilding) createNew() []string {
	return []string{
		r.layout.createTable(r.o, r.m.rebuild+newSuffix),
		"ALTER TABLE " + r.new + " MODIFY SETTING " + fillingSettings,
	}
}

func (r rebuilding) exchange() string { return "EXCHANGE TABLES " + r.old + " AND " + r.new }

func (r rebuilding) thaw() []string {
	return []string{
		"ALTER TABLE " + r.old + " RESET SETTING " + fillingNames,
		"ALTER TABLE " + r.old + " MODIFY COMMENT ''",
	}
}

// standStill waits for the INSERTs and merges that began before the freeze.
func (r rebuilding) standStill(ctx context.Context) error {
	var inserts []string
	err := r.conn.QueryRow(ctx, "SELECT groupArray(query_id) FROM system.processes WHERE query_kind = 'Insert'").Scan(&inserts)
	if err != nil {
		return err
	}
	return poll(ctx, func() (bool, error) {
		var running, merging uint64
		err := r.conn.QueryRow(ctx, `
SELECT
    (SELECT count() FROM system.processes WHERE has(?, query_id)),
    (SELECT count() FROM system.merges WHERE database = ? AND table = ?)`,
			inserts, r.opts.Database, r.m.rebuild).Scan(&running, &merging)
		if running+merging > 0 {
			r.opts.progress("rebuild of "+r.m.rebuild, -1, fmt.Sprintf("waiting for %d inserts and %d merges", running, merging))
		}
		return running+merging == 0, err
	})
}

// verify compares the number of rows, where no merge may change it.
func (r rebuilding) verify(ctx context.Context) error {
	if engineLine.FindStringSubmatch(r.o.template)[1] != "MergeTree" {
		return nil
	}
	var old, copied uint64
	query := "SELECT (SELECT count() FROM " + r.old + "), (SELECT count() FROM " + r.new + ")"
	if err := r.conn.QueryRow(ctx, query).Scan(&old, &copied); err != nil {
		return fmt.Errorf("cannot count the rows of %s: %w", r.m.rebuild, err)
	}
	if old != copied {
		return fmt.Errorf("%w: %s has %d, %s%s %d", errRowsDiffer, r.m.rebuild, old, r.m.rebuild, newSuffix, copied)
	}
	return nil
}

// outline is what a plan prints of a rebuild.
func (p *plan) outline(m migration) []string {
	i := slices.IndexFunc(p.objects, func(o object) bool { return o.name == m.rebuild && !o.compat })
	if i < 0 {
		return nil
	}
	r := rebuilding{plan: p, m: m, o: p.objects[i], old: p.opts.table(m.rebuild), new: p.opts.table(m.rebuild + newSuffix)}
	statements := append([]string{r.freeze()}, r.createNew()...)
	statements = append(statements,
		"-- for each part, in pieces:\nINSERT INTO "+r.new+" SELECT … FROM "+r.old+" WHERE _part = … AND _part_offset BETWEEN … AND …",
		r.exchange())
	return append(append(statements, r.thaw()...), "DROP TABLE "+r.new+" SYNC")
}

// leftovers are tables that a rebuild was about to drop.
func (p *plan) leftovers() []string {
	var names []string
	for _, m := range p.migrations {
		if m.rebuild != "" && p.records.has(m) && p.found[m.rebuild+newSuffix].frozen() && !slices.Contains(names, m.rebuild) {
			names = append(names, m.rebuild)
		}
	}
	return names
}

func (p *plan) dropLeftovers(ctx context.Context) error {
	for _, name := range p.leftovers() {
		if err := p.dropOld(ctx, name); err != nil {
			return err
		}
	}
	return nil
}

// dropOld drops what was exchanged, and nothing else.
func (p *plan) dropOld(ctx context.Context, name string) error {
	found, err := readDefinitions(ctx, p.conn, p.opts)
	if err != nil {
		return err
	}
	if d, ok := found[name+newSuffix]; !ok || !d.frozen() {
		return nil
	}
	if err := p.conn.Exec(ctx, "DROP TABLE "+p.opts.table(name+newSuffix)+" SYNC"); err != nil {
		return fmt.Errorf("cannot drop the old form of %s: %w", name, err)
	}
	return nil
}

// columnsOf reads the columns of a table that can be written.
func (p *plan) columnsOf(ctx context.Context, table string) ([]string, error) {
	rows, err := p.conn.Query(ctx, `
SELECT name
FROM system.columns
WHERE database = ? AND table = ? AND default_kind NOT IN ('MATERIALIZED', 'ALIAS', 'EPHEMERAL')
ORDER BY position`, p.opts.Database, table)
	if err != nil {
		return nil, fmt.Errorf("cannot read the columns of %s: %w", table, err)
	}
	defer rows.Close()
	var names []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, fmt.Errorf("cannot read a column of %s: %w", table, err)
		}
		names = append(names, name)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("cannot read the columns of %s: %w", table, err)
	}
	return names, nil
}

// columns are the names to write, and the expressions over the old row.
func (r rebuilding) columns(ctx context.Context) (names, expressions string, err error) {
	from, err := r.columnsOf(ctx, r.m.rebuild)
	if err != nil {
		return "", "", err
	}
	to, err := r.columnsOf(ctx, r.m.rebuild+newSuffix)
	if err != nil {
		return "", "", err
	}
	var targets, sources []string
	for _, column := range to {
		expression := ""
		if i := slices.IndexFunc(r.m.set, func(s setting) bool { return s.column == column }); i >= 0 {
			expression = r.m.set[i].expression
		} else if slices.Contains(from, column) {
			expression = quote(column)
		}
		if expression != "" {
			targets = append(targets, quote(column))
			sources = append(sources, expression)
		}
	}
	return strings.Join(targets, ", "), strings.Join(sources, ", "), nil
}
