package transfer

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
)

// staging is a database as a target: rows wait in a table beside each, until
// they are complete.
type staging struct {
	*Database
	checkOnly bool
	source    string // the source's id
	seen      map[string]bool
}

// States of a partition in table transfers.
const (
	stateVerified = "verified"
	stateDone     = "done"
)

var (
	errDiffers = errors.New("what arrived has other rows than the source")
	errTouched = errors.New("the source has other rows now than those that were copied before")
)

// beside is the name of a table's staging table: another source has another one. It is
// used by one command at a time.
func (s *staging) beside(name string) string {
	sum := sha256.Sum256([]byte(s.source))
	return name + "_transfer_" + hex.EncodeToString(sum[:4])
}

func (s *staging) quoted(name string) string { return "`" + s.beside(name) + "`" }

// begin checks that the tables have the source's form.
func (s *staging) begin(ctx context.Context, id string, tables []Table) error {
	s.source, s.seen = id, map[string]bool{}
	own, err := s.id(ctx)
	if err != nil {
		return err
	}
	if own == id {
		return fmt.Errorf("cannot copy database %s into itself", s.cfg.Database)
	}
	forms, err := s.forms(ctx)
	if err != nil {
		return err
	}
	for _, t := range tables {
		i := slices.IndexFunc(forms, func(form Table) bool { return form.Name == t.Name })
		if i < 0 || !slices.Equal(forms[i].Columns, t.Columns) {
			return fmt.Errorf("table %s has other columns here than at the source: bring the source up to date first (weirctl schema apply), or restore with the version of Weir that made the backup", t.Name)
		}
	}
	return s.resume(ctx, tables)
}

// resume moves what was verified when an earlier run ended: its rows are still
// in the staging table, or in the table already.
func (s *staging) resume(ctx context.Context, tables []Table) error {
	for _, t := range tables {
		var waiting []string
		err := s.conn.QueryRow(ctx, "SELECT groupArray(partition) FROM transfers FINAL WHERE source = ? AND table = ? AND state = 'verified'", s.source, t.Name).Scan(&waiting)
		if err != nil {
			return fmt.Errorf("cannot read what was copied before: %w", err)
		}
		for _, id := range waiting {
			_, p, err := s.known(ctx, t, Partition{ID: id})
			if err != nil {
				return err
			}
			if err := errors.Join(s.create(ctx, t), s.move(ctx, t, p)); err != nil {
				return fmt.Errorf("cannot finish partition %s of table %s: %w", id, t.Name, err)
			}
		}
	}
	return nil
}

func (s *staging) put(ctx context.Context, from source, t Table, p Partition) (skipped bool, err error) {
	if err := s.create(ctx, t); err != nil {
		return false, err
	}
	state, known, err := s.known(ctx, t, p)
	switch {
	case err != nil:
		return false, err
	case state != "" && !known.same(p):
		return false, fmt.Errorf("%w: %d rows, and %d then", errTouched, p.Rows, known.Rows)
	case state == stateDone:
		return true, nil
	}
	if err := s.load(ctx, from, t, p); err != nil || s.checkOnly {
		return false, err
	}
	if err := s.note(ctx, t, p, stateVerified); err != nil {
		return false, err
	}
	return false, s.move(ctx, t, p)
}

// create makes the staging table, once. Retention waits: rows that are about to
// end would be missing in the comparison.
func (s *staging) create(ctx context.Context, t Table) error {
	if s.seen[t.Name] {
		return nil
	}
	s.seen[t.Name] = true
	for _, statement := range []string{
		"CREATE TABLE IF NOT EXISTS " + s.quoted(t.Name) + " AS `" + t.Name + "`",
		"ALTER TABLE " + s.quoted(t.Name) + " MODIFY SETTING max_number_of_merges_with_ttl_in_pool = 0",
	} {
		if err := s.conn.Exec(ctx, statement); err != nil {
			return fmt.Errorf("cannot make the staging table of %s: %w", t.Name, err)
		}
	}
	return nil
}

// load fills the staging table with one partition, and compares.
func (s *staging) load(ctx context.Context, from source, t Table, p Partition) error {
	if err := s.conn.Exec(ctx, "TRUNCATE TABLE "+s.quoted(t.Name)); err != nil {
		return fmt.Errorf("cannot empty the staging table: %w", err)
	}
	chunk := 0
	err := from.each(ctx, t, p, func(blocks io.Reader) error {
		chunk++
		token := fmt.Sprintf("%s-%s-%s-%d", s.source, t.Name, p.ID, chunk)
		return s.insert(ctx, s.quoted(t.Name)+" ("+t.names()+")", token, blocks)
	})
	if err != nil {
		return err
	}
	arrived, err := s.partition(ctx, t, s.beside(t.Name), p.ID)
	if err != nil || arrived.same(p) {
		return err
	}
	now, err := from.again(ctx, t, p)
	if err == nil && !now.same(p) {
		err = errChanged
	}
	return errors.Join(err, fmt.Errorf("%w: %d rows with hash %x, and %d with %x there", errDiffers, arrived.Rows, arrived.Hash, p.Rows, p.Hash))
}

// move puts a verified partition into its table, unless that has happened.
func (s *staging) move(ctx context.Context, t Table, p Partition) error {
	waiting, err := s.partition(ctx, t, s.beside(t.Name), p.ID)
	if err != nil {
		return err
	}
	if waiting.Rows > 0 {
		statement := fmt.Sprintf("ALTER TABLE %s MOVE PARTITION ID '%s' TO TABLE `%s`", s.quoted(t.Name), p.ID, t.Name)
		if err := s.conn.Exec(ctx, statement); err != nil {
			return fmt.Errorf("cannot move the rows into the table: %w", err)
		}
	}
	return s.note(ctx, t, p, stateDone)
}

// known is what table transfers says of a partition; no state where nothing.
func (s *staging) known(ctx context.Context, t Table, p Partition) (state string, known Partition, err error) {
	known.ID = p.ID
	err = s.conn.QueryRow(ctx, `
SELECT if(count() = 0, '', toString(any(state))), any(rows), any(hash)
FROM transfers FINAL
WHERE source = ? AND table = ? AND partition = ?`, s.source, t.Name, p.ID).Scan(&state, &known.Rows, &known.Hash)
	if err != nil {
		return "", Partition{}, fmt.Errorf("cannot read what was copied before: %w", err)
	}
	return state, known, nil
}

func (s *staging) note(ctx context.Context, t Table, p Partition, state string) error {
	insert := "INSERT INTO transfers (source, table, partition, state, rows, hash, at) SELECT ?, ?, ?, ?, ?, ?, now64(6)"
	if err := s.conn.Exec(ctx, insert, s.source, t.Name, p.ID, state, p.Rows, p.Hash); err != nil {
		return fmt.Errorf("cannot note that it is %s: %w", state, err)
	}
	return nil
}

// finish drops the staging tables: all are empty.
func (s *staging) finish(ctx context.Context) error {
	for name := range s.seen {
		if err := s.conn.Exec(ctx, "DROP TABLE IF EXISTS "+s.quoted(name)+" SYNC"); err != nil {
			return fmt.Errorf("cannot drop the staging table of %s: %w", name, err)
		}
	}
	return nil
}
