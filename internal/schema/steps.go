package schema

import (
	"context"
	"strings"
)

// steps lists everything in the order of apply, also what is applied.
func (p *plan) steps(ctx context.Context) ([]Step, error) {
	var all []Step
	add := func(o object) {
		all = append(all, Step{Version: o.version, Name: o.key(), Kind: o.kind, State: p.state(o), SQL: join(p.creating(o))})
	}
	for _, o := range p.objects {
		if o.hasData() && (p.state(o) != StateChanged || len(p.pendingFor(o)) == 0) {
			add(o)
		}
	}
	for _, m := range p.migrations {
		if state := p.migrationState(m); state != StateMissing {
			all = append(all, Step{Version: m.number, Name: m.name, Kind: KindMigration, State: state, SQL: join(p.migrating(m))})
		}
	}
	for _, o := range p.objects {
		if !o.hasData() {
			add(o)
		}
	}
	changes, err := p.changes(ctx)
	if err != nil {
		return nil, err
	}
	for _, c := range changes {
		all = append(all, Step{Name: c.table, Kind: KindSetting, State: StatePending, SQL: c.sql})
	}
	return all, nil
}

// pending are the steps that are not applied.
func (p *plan) pending(ctx context.Context) ([]Step, error) {
	all, err := p.steps(ctx)
	var steps []Step
	for _, s := range all {
		if s.State != StateApplied {
			steps = append(steps, s)
		}
	}
	return steps, err
}

func (p *plan) migrating(m migration) []string {
	if m.rebuild == "" {
		return p.filled(m)
	}
	return p.outline(m)
}

func join(statements []string) string { return strings.Join(statements, ";\n") }
