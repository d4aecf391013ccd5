package schema

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// Defaults of Options.
const (
	DefaultDatabase            = "weir"
	DefaultRetentionDays       = 30
	DefaultRollupRetentionDays = 400
)

// Options say where the schema goes and how long rows are kept. Zero values
// mean the defaults above for tables that are made.
type Options struct {
	Database            string
	RetentionDays       int
	RollupRetentionDays int
}

func (o Options) withDefaults() Options {
	if o.Database == "" {
		o.Database = DefaultDatabase
	}
	if o.RetentionDays == 0 {
		o.RetentionDays = DefaultRetentionDays
	}
	if o.RollupRetentionDays == 0 {
		o.RollupRetentionDays = DefaultRollupRetentionDays
	}
	return o
}

// States of an object in the database.
const (
	StateMissing = "missing" // Apply will create it
	StateApplied = "applied"
	StateChanged = "changed" // another version of Weir made it; Apply replaces views and refuses tables
)

// ErrDrift is returned by Apply for a table that another version of Weir made.
var ErrDrift = errors.New("the table was made by another version of Weir")

// ErrNotReady is returned by Check when Apply would have something to do.
var ErrNotReady = errors.New("the schema is not up to date")

// Step is what Apply would run for one object.
type Step struct {
	Version uint32 `json:"version"`
	Name    string `json:"name"`
	State   string `json:"state"`
	SQL     string `json:"sql"`
}

// ObjectStatus is the state of one object.
type ObjectStatus struct {
	Version   uint32    `json:"version"`
	Name      string    `json:"name"`
	State     string    `json:"state"`
	AppliedAt time.Time `json:"applied_at,omitzero"`
}

// Apply creates the database and every object that is missing. It can be run
// any number of times, by several collectors at once, and goes on where an
// interrupted run stopped. Retentions that opts name are changed where tables
// have others; what opts leave at zero stays as it is, so that nobody drops rows
// by not saying how long they are kept. conn must not be bound to a database
// that does not exist yet: open it with database "default".
func Apply(ctx context.Context, conn driver.Conn, opts Options) error {
	given := opts
	opts = opts.withDefaults()
	steps, err := Plan(ctx, conn, opts)
	if err != nil {
		return err
	}
	if err := conn.Exec(ctx, "CREATE DATABASE IF NOT EXISTS "+quote(opts.Database)); err != nil {
		return fmt.Errorf("cannot create database %q: %w", opts.Database, err)
	}
	all, err := objects()
	if err != nil {
		return err
	}
	for i, step := range steps {
		if err := applyStep(ctx, conn, opts, all[i], step); err != nil {
			return err
		}
	}
	return applyRetention(ctx, conn, opts, given.wanted(all))
}

func applyStep(ctx context.Context, conn driver.Conn, opts Options, o object, step Step) error {
	switch {
	case step.State == StateApplied:
		return nil
	case step.State == StateChanged && !o.isView():
		return fmt.Errorf("cannot apply %04d_%s to database %q: %w; use the same version, or a new database", o.version, o.name, opts.Database, ErrDrift)
	}
	if err := conn.Exec(ctx, step.SQL); err != nil {
		return fmt.Errorf("cannot apply %04d_%s to database %q: %w", o.version, o.name, opts.Database, err)
	}
	insert := "INSERT INTO " + quote(opts.Database) + ".schema_migrations (version, name, checksum, applied_at) SELECT ?, ?, ?, now64(6)"
	if err := conn.Exec(ctx, insert, o.version, o.name, o.checksum); err != nil {
		return fmt.Errorf("cannot record that %04d_%s was applied: %w", o.version, o.name, err)
	}
	return nil
}

// Plan says for every object, in order, what Apply would run.
func Plan(ctx context.Context, conn driver.Conn, opts Options) ([]Step, error) {
	opts = opts.withDefaults()
	all, err := objects()
	if err != nil {
		return nil, err
	}
	applied, err := readApplied(ctx, conn, opts)
	if err != nil {
		return nil, err
	}
	steps := make([]Step, 0, len(all))
	for _, o := range all {
		steps = append(steps, Step{Version: o.version, Name: o.name, State: applied.state(o), SQL: o.sql(opts)})
	}
	return steps, nil
}

// Status says for every object whether it is there.
func Status(ctx context.Context, conn driver.Conn, opts Options) ([]ObjectStatus, error) {
	opts = opts.withDefaults()
	all, err := objects()
	if err != nil {
		return nil, err
	}
	applied, err := readApplied(ctx, conn, opts)
	if err != nil {
		return nil, err
	}
	statuses := make([]ObjectStatus, 0, len(all))
	for _, o := range all {
		statuses = append(statuses, ObjectStatus{
			Version: o.version, Name: o.name, State: applied.state(o), AppliedAt: applied[o.version].at,
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

type migration struct {
	checksum string
	at       time.Time
}

type migrations map[uint32]migration

func (m migrations) state(o object) string {
	switch found, ok := m[o.version]; {
	case !ok:
		return StateMissing
	case found.checksum != o.checksum:
		return StateChanged
	default:
		return StateApplied
	}
}

// Codes of ClickHouse for what is simply not there yet.
const (
	codeUnknownTable    = 60
	codeUnknownDatabase = 81
)

func readApplied(ctx context.Context, conn driver.Conn, opts Options) (migrations, error) {
	query := "SELECT version, checksum, applied_at FROM " + quote(opts.Database) + ".schema_migrations FINAL"
	rows, err := conn.Query(ctx, query)
	if err != nil {
		var exception *clickhouse.Exception
		if errors.As(err, &exception) && (exception.Code == codeUnknownTable || exception.Code == codeUnknownDatabase) {
			return migrations{}, nil
		}
		return nil, fmt.Errorf("cannot read which schema is applied: %w", err)
	}
	defer rows.Close()
	found := migrations{}
	for rows.Next() {
		var version uint32
		var m migration
		if err := rows.Scan(&version, &m.checksum, &m.at); err != nil {
			return nil, fmt.Errorf("cannot read a row of schema_migrations: %w", err)
		}
		found[version] = m
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("cannot read which schema is applied: %w", err)
	}
	return found, nil
}
