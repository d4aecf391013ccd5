package schema

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// States of an object or a migration in the database.
const (
	StateMissing = "missing" // Apply will create it
	StateApplied = "applied"
	StateChanged = "changed" // another version of Weir made it; Apply replaces views and changes tables by migrations
	StatePending = "pending" // a migration that Apply will run
)

var (
	// ErrDrift is returned for a database that no migration brings to this
	// version's form.
	ErrDrift = errors.New("the database was made by another version of Weir")
	// ErrNotReady is returned by Check when Apply would have something to do.
	ErrNotReady = errors.New("the schema is not up to date")
)

// Step is what Apply would run for one object or migration.
type Step struct {
	Version uint32 `json:"version"` // number of the file
	Name    string `json:"name"`
	Kind    string `json:"kind"`
	State   string `json:"state"`
	SQL     string `json:"sql"` // statements, separated by ";\n"
}

// ObjectStatus is the state of one object or migration.
type ObjectStatus struct {
	Version   uint32    `json:"version"`
	Name      string    `json:"name"`
	Kind      string    `json:"kind"`
	State     string    `json:"state"`
	AppliedAt time.Time `json:"applied_at,omitzero"`
}

// Apply creates the databases and every object that is missing, and brings what
// an older version made to the newest form. It can be run any number of times,
// by several processes at once, and goes on where an interrupted run stopped.
// Retention, storage and windows that opts name are changed where tables have
// others; what opts leave at zero stays as it is, so that nobody drops rows by
// not saying how long they are kept. conn must not be bound to a database that
// does not exist yet: open it with database "default".
func Apply(ctx context.Context, conn driver.Conn, opts Options) error {
	plan, err := newPlan(ctx, conn, opts)
	if err != nil {
		return err
	}
	idle, err := plan.idle(ctx)
	if err != nil || idle {
		return err
	}
	if err := plan.createDatabases(ctx); err != nil {
		return err
	}
	held, release, err := newLock(conn, plan.opts).acquire(ctx)
	if err != nil {
		return err
	}
	return errors.Join(applyLocked(held, conn, opts), release())
}

// applyLocked reads the state once more: somebody else may have had the lock.
func applyLocked(ctx context.Context, conn driver.Conn, opts Options) error {
	plan, err := newPlan(ctx, conn, opts)
	if err != nil {
		return err
	}
	return plan.apply(ctx)
}

// Plan says for every object and migration what Apply would run, in its order.
// It changes nothing.
func Plan(ctx context.Context, conn driver.Conn, opts Options) ([]Step, error) {
	plan, err := newPlan(ctx, conn, opts)
	if err != nil {
		return nil, err
	}
	return plan.steps(ctx)
}

// Status says for every object and migration whether it is there.
func Status(ctx context.Context, conn driver.Conn, opts Options) ([]ObjectStatus, error) {
	plan, err := newPlan(ctx, conn, opts)
	if err != nil {
		return nil, err
	}
	statuses := make([]ObjectStatus, 0, len(plan.objects)+len(plan.migrations))
	for _, o := range plan.objects {
		statuses = append(statuses, ObjectStatus{
			Version: o.version, Name: o.key(), Kind: o.kind, State: plan.state(o), AppliedAt: plan.records[o.version].at,
		})
	}
	for _, m := range plan.migrations {
		statuses = append(statuses, ObjectStatus{
			Version: m.number, Name: m.name, Kind: KindMigration, State: plan.migrationState(m), AppliedAt: plan.records[m.version()].at,
		})
	}
	return statuses, nil
}

// Check returns an error that names what is missing or changed, and the
// command that helps.
func Check(ctx context.Context, conn driver.Conn, opts Options) error {
	statuses, err := Status(ctx, conn, opts)
	if err != nil {
		return err
	}
	var wrong []string
	for _, s := range statuses {
		if s.State != StateApplied {
			wrong = append(wrong, s.Name+" "+s.State)
		}
	}
	if len(wrong) > 0 {
		return fmt.Errorf("%w in database %q (%s): run `weirctl schema apply`, or set create_schema: auto",
			ErrNotReady, opts.withDefaults().Database, strings.Join(wrong, ", "))
	}
	return nil
}

// Inherit returns opts with what the tables say of retention and storage where
// opts say nothing; without tables, that stays zero.
func Inherit(ctx context.Context, conn driver.Conn, opts Options) (Options, error) {
	opts = opts.withDatabase()
	all, err := objects(opts.from)
	if err != nil {
		return Options{}, err
	}
	found, err := readDefinitions(ctx, conn, opts)
	if err != nil {
		return Options{}, err
	}
	return opts.inherit(all, found), nil
}

// plan is what there is, held against what should be.
type plan struct {
	conn       driver.Conn
	opts       Options // with what the tables say and defaults
	objects    []object
	migrations []migration
	records    records
	found      definitions
	layout     layout
}

func newPlan(ctx context.Context, conn driver.Conn, opts Options) (*plan, error) {
	p := &plan{conn: conn}
	opts = opts.withDatabase()
	all, err := objects(opts.from)
	if err != nil {
		return nil, err
	}
	p.objects = slices.DeleteFunc(all, func(o object) bool { return o.compat && opts.CompatDatabase == "" })
	if p.migrations, err = migrations(opts.from); err != nil {
		return nil, err
	}
	if p.records, err = readRecords(ctx, conn, opts); err != nil {
		return nil, err
	}
	if p.found, err = readDefinitions(ctx, conn, opts); err != nil {
		return nil, err
	}
	knows, err := readSettings(ctx, conn)
	if err != nil {
		return nil, err
	}
	p.opts = opts.inherit(p.objects, p.found).withDefaults()
	p.layout = newLayout(p.opts, p.objects, knows)
	return p, p.checkHistory()
}

// checkHistory refuses a database whose past is not the one of our migrations.
func (p *plan) checkHistory() error {
	if newer := p.records.unknown(p.migrations); len(newer) > 0 {
		slices.Sort(newer)
		return fmt.Errorf("%w: database %q contains migrations that this one does not know (%s); use the newer version",
			ErrDrift, p.opts.Database, strings.Join(newer, ", "))
	}
	for _, m := range p.migrations {
		if found, ok := p.records[m.version()]; ok && found.checksum != m.checksum {
			return fmt.Errorf("%w: migration %s was another one when it was applied to database %q; use the version that applied it, or a new database",
				ErrDrift, m.title(), p.opts.Database)
		}
	}
	return nil
}

// state of an object. A table of version 1 that no migration changes is as it
// should be, whatever its checksum: it was taken in another way.
func (p *plan) state(o object) string {
	switch found, ok := p.records[o.version]; {
	case !ok:
		return StateMissing
	case found.checksum == o.checksum:
		return StateApplied
	case p.version1() && o.hasData() && len(p.pendingFor(o)) == 0:
		return StateApplied
	default:
		return StateChanged
	}
}

func (p *plan) migrationState(m migration) string {
	if p.records.has(m) {
		return StateApplied
	}
	if p.fresh() {
		return StateMissing
	}
	return StatePending
}

// fresh says that nothing is recorded.
func (p *plan) fresh() bool { return len(p.records) == 0 }

// version1 says that the database was made before there were migrations.
func (p *plan) version1() bool { return !p.fresh() && !p.records.marked() }

// pendingFor are the migrations of a table that did not run yet.
func (p *plan) pendingFor(o object) []migration {
	var found []migration
	for _, m := range p.migrations {
		if !p.records.has(m) && slices.Contains(m.tables(), o.name) && !o.compat {
			found = append(found, m)
		}
	}
	return found
}
