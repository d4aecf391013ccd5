package schema

import (
	"context"
	"fmt"
	"time"
)

// pollEvery is how often work in the background of ClickHouse is looked at.
const pollEvery = 200 * time.Millisecond

// mutations are those of a table that are not done.
type mutations struct {
	count, parts uint64 // parts that wait for them
	id, command  string // of one of them
	failure      string // of one that fails
}

// settle waits until no mutation of the tables is under way: ALTERs would wait
// for it, or meet rows of an older form. One that fails stays; it is an error.
func (p *plan) settle(ctx context.Context, tables []string) error {
	for _, table := range tables {
		stored := p.layout.stored(table)
		first := uint64(0)
		err := poll(ctx, func() (bool, error) {
			m, err := p.mutations(ctx, stored)
			if err != nil || m.count == 0 {
				return true, err
			}
			if m.failure != "" {
				return true, fmt.Errorf("mutation %s of %s fails (%s): %s; repair it, or end it with KILL MUTATION WHERE mutation_id = %s",
					m.id, stored, m.command, m.failure, literal(m.id))
			}
			first = max(first, m.parts)
			share := -1.0
			if first > 0 {
				share = 1 - float64(m.parts)/float64(first)
			}
			p.opts.progress("mutations of "+stored, share, fmt.Sprintf("%d parts left", m.parts))
			return false, nil
		})
		if err != nil {
			return fmt.Errorf("cannot wait for the mutations of %s: %w", stored, err)
		}
	}
	return nil
}

func (p *plan) mutations(ctx context.Context, table string) (m mutations, err error) {
	err = p.conn.QueryRow(ctx, `
SELECT count(), toUInt64(sum(parts_to_do)), any(mutation_id), any(command), anyIf(latest_fail_reason, latest_fail_reason != '')
FROM system.mutations
WHERE database = ? AND table = ? AND NOT is_done AND NOT is_killed`, p.opts.Database, table).
		Scan(&m.count, &m.parts, &m.id, &m.command, &m.failure)
	return m, err
}

// poll calls done until it says so.
func poll(ctx context.Context, done func() (bool, error)) error {
	for {
		if finished, err := done(); finished || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pollEvery):
		}
	}
}
