package schema

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// KindSetting is a [Step] that brings a table's retention, storage or window to
// what the options say.
const KindSetting = "setting"

// apply runs what steps lists, in the same order.
func (p *plan) apply(ctx context.Context) error {
	if err := p.checkDrift(); err != nil {
		return err
	}
	if err := p.begin(ctx); err != nil {
		return err
	}
	for _, o := range p.objects {
		if o.hasData() && p.state(o) == StateMissing {
			if err := p.create(ctx, o); err != nil {
				return err
			}
		}
	}
	for i, m := range p.migrations {
		if p.records.has(m) {
			continue
		}
		p.opts.progress("migration "+m.title(), float64(i)/float64(len(p.migrations)), "")
		if err := p.migrate(ctx, m); err != nil {
			return fmt.Errorf("cannot apply migration %s to database %q: %w", m.title(), p.opts.Database, err)
		}
	}
	for _, o := range p.objects {
		if state := p.state(o); !o.hasData() && state != StateApplied {
			if err := p.create(ctx, o); err != nil {
				return err
			}
		}
	}
	if err := p.dropLeftovers(ctx); err != nil {
		return err
	}
	return p.applyChanges(ctx)
}

// checkDrift refuses tables whose form no migration changes to ours.
func (p *plan) checkDrift() error {
	for _, o := range p.objects {
		if o.hasData() && p.state(o) == StateChanged && len(p.pendingFor(o)) == 0 {
			return fmt.Errorf("cannot apply %04d_%s to database %q: %w, and no migration leads here; use the same version, or a new database",
				o.version, o.key(), p.opts.Database, ErrDrift)
		}
	}
	return nil
}

func (p *plan) createDatabases(ctx context.Context) error {
	for _, statement := range p.opts.CreateDatabases() {
		if err := p.conn.Exec(ctx, statement); err != nil {
			return fmt.Errorf("cannot create a database of %q: %w", p.opts.Database, err)
		}
	}
	return nil
}

// begin marks where the database comes from before anything else is done: a new
// one contains all migrations, one of version 1 none. The mark and what follows
// from it are one INSERT.
func (p *plan) begin(ctx context.Context) error {
	if p.records.marked() {
		return nil
	}
	marks := []entry{{firstMigration + version1, "version_1", ""}}
	if p.fresh() {
		own := p.objects[0]
		if err := p.execAll(ctx, p.layout.statements(own)); err != nil {
			return fmt.Errorf("cannot create %s in database %q: %w", own.name, p.opts.Database, err)
		}
		marks = append(marks, own.entry())
		for _, m := range p.migrations {
			marks = append(marks, m.entry())
		}
		return p.record(ctx, marks...)
	}
	for _, o := range p.objects {
		if o.hasData() && p.state(o) == StateApplied {
			marks = append(marks, o.entry())
		}
	}
	return p.record(ctx, marks...)
}

// record writes entries, and remembers them.
func (p *plan) record(ctx context.Context, entries ...entry) error {
	if err := writeRecords(ctx, p.conn, p.opts, entries...); err != nil {
		return err
	}
	for _, e := range entries {
		p.records[e.version] = record{name: e.name, checksum: e.checksum}
	}
	return nil
}

// create makes an object, or brings a view to its newest form.
func (p *plan) create(ctx context.Context, o object) error {
	if err := p.execAll(ctx, p.creating(o)); err != nil {
		return fmt.Errorf("cannot apply %04d_%s to database %q: %w", o.version, o.key(), p.opts.databaseOf(o), err)
	}
	return p.record(ctx, o.entry())
}

// creating are the statements of create. A materialized view that is there is
// altered: without it for a moment, rows would be missed.
func (p *plan) creating(o object) []string {
	statements := p.layout.statements(o)
	if o.kind != KindMaterializedView || p.state(o) == StateMissing {
		return statements
	}
	_, query, _ := strings.Cut(statements[0], " AS\n")
	return []string{"ALTER TABLE " + p.opts.table(o.name) + p.opts.onCluster() + " MODIFY QUERY " + query}
}

func (p *plan) execAll(ctx context.Context, statements []string) error {
	for _, statement := range statements {
		if err := p.conn.Exec(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

// migrate runs one migration and records it, with the tables that have their
// newest form by it.
func (p *plan) migrate(ctx context.Context, m migration) error {
	if m.rebuild != "" {
		return p.rebuild(ctx, m)
	}
	if err := p.settle(ctx, m.tables()); err != nil {
		return err
	}
	for _, statement := range p.filled(m) {
		if err := p.conn.Exec(alterContext(ctx, p.opts), statement); err != nil {
			return fmt.Errorf("%s: %w", firstLine(statement), err)
		}
	}
	if err := p.settle(ctx, m.tables()); err != nil {
		return err
	}
	return p.finish(ctx, m)
}

// finish records a migration.
func (p *plan) finish(ctx context.Context, m migration) error {
	entries := []entry{m.entry()}
	for _, o := range p.objects {
		if pending := p.pendingFor(o); len(pending) > 0 && pending[len(pending)-1].number == m.number || o.name == m.rebuild && !o.compat {
			entries = append(entries, o.entry())
		}
	}
	return p.record(ctx, entries...)
}

// filled are the statements of a migration for the layout: on a cluster, those
// of the tables that hold the rows, and the distributed tables made anew.
func (p *plan) filled(m migration) []string {
	var statements []string
	for _, template := range m.statements {
		template = alteredName.ReplaceAllStringFunc(template, func(start string) string {
			name := alteredName.FindStringSubmatch(start)[1]
			return "ALTER TABLE " + p.opts.table(p.layout.stored(name)) + p.opts.onCluster()
		})
		statements = append(statements, p.opts.fill(template))
	}
	for _, o := range p.objects {
		if p.layout.sharded[o.name] && slices.Contains(m.tables(), o.name) {
			statements = append(statements, p.layout.createDistributed(o))
		}
	}
	return statements
}

// alterContext lets ALTER return before its mutation is done: settle waits for
// that, and says how far it is.
func alterContext(ctx context.Context, opts Options) context.Context {
	settings := clickhouse.Settings{"alter_sync": 0, "mutations_sync": 0}
	if opts.Cluster != "" {
		settings["alter_sync"] = 2 // all replicas know the new columns
	}
	return clickhouse.Context(ctx, clickhouse.WithSettings(settings))
}

func (p *plan) applyChanges(ctx context.Context) error {
	var err error
	if p.found, err = readDefinitions(ctx, p.conn, p.opts); err != nil {
		return err
	}
	changes, err := p.changes(ctx)
	if err != nil {
		return err
	}
	for _, c := range changes {
		if err := p.conn.Exec(alterContext(ctx, p.opts), c.sql); err != nil {
			return fmt.Errorf("cannot change the retention, storage or window of %s: %w", c.table, err)
		}
	}
	return nil
}

// idle says that apply would change nothing.
func (p *plan) idle(ctx context.Context) (bool, error) {
	steps, err := p.pending(ctx)
	return len(steps) == 0 && len(p.leftovers()) == 0, err
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	return line
}
