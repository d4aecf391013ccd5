package ship

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
)

const (
	// maxAlone is how many refusals of a table are split further in one segment:
	// where most rows are refused, thousands of INSERTs would not tell more.
	maxAlone = 100
	// maxDoubted is how many rows may be refused for an unknown reason before
	// one is stored, until it is taken for the server's fault.
	maxDoubted = 3
)

var errDoubt = errors.New("the rows may not be at fault: they are given up only when others of their table are stored")

// inSlices sends what the journal does not know of, group by group, each split
// until what is refused is alone. The order is fixed and one INSERT follows the
// other, so that after a crash only the first slice the journal does not know
// of can be stored: whether it is, the number of rows says.
func (a *attempt) inSlices(ctx context.Context) error {
	if !a.sent { // an earlier process has begun
		a.unsure, a.accepted = true, a.s.acceptedOf(a.table)
	}
	for again := true; again; {
		a.stored, a.refused = 0, nil
		for _, g := range a.groups() {
			w := &walk{attempt: a, group: g.key}
			if err := w.slice(ctx, g.rows); err != nil {
				return err
			}
		}
		again = a.evident() && slices.ContainsFunc(a.refused, func(r refusal) bool { return r.doubted })
	}
	if err := a.doubt(1); err != nil {
		return err
	}
	a.settled = true
	return nil
}

// walk is the way through one group.
type walk struct {
	*attempt
	group    string
	inserted int // rows of the group that are stored
}

func (w *walk) slice(ctx context.Context, rows []int) error {
	known := w.d.journal.tables[w.table][sliceOf(rows)]
	switch known.Do {
	case doStored:
		w.count(rows)
		return nil
	case doRefused:
		if !known.Doubted || !w.evident() {
			return w.refuse(rows, known)
		}
	case doSplit:
		return w.halves(ctx, rows)
	}
	if w.unsure {
		there, err := w.arrived(ctx, rows)
		if err != nil {
			return err
		}
		if there {
			return w.store(rows)
		}
	}
	return w.insertSlice(ctx, rows)
}

func (w *walk) insertSlice(ctx context.Context, rows []int) error {
	w.begins()
	key := sliceOf(rows)
	token := fmt.Sprintf("%s-%d-%d", w.token, key.first, key.last)
	there := func() (bool, error) { return w.arrived(ctx, rows) }
	err, checkErr := w.insert(ctx, token, func() io.Reader { return w.body(rows) }, there)
	switch {
	case checkErr != nil:
		return checkErr
	case err == nil:
		return w.store(rows)
	}
	class, code := Classify(err)
	if class == Retryable {
		return err
	}
	arrived, checkErr := there()
	if checkErr != nil {
		return errors.Join(err, checkErr)
	}
	if arrived { // a view behind the table has refused them
		w.viewError = err
		return w.store(rows)
	}
	if len(rows) > 1 && w.unreadErr == nil && len(w.refused) < maxAlone {
		if err := w.note(rows, step{Do: doSplit}); err != nil {
			return err
		}
		return w.halves(ctx, rows)
	}
	if class == Unknown && w.mayPass(key) {
		return &DoubtError{err}
	}
	refused := step{Do: doRefused, Class: class, Code: code, Message: err.Error(), Doubted: class == Unknown && !w.evident()}
	if err := w.note(rows, refused); err != nil {
		return err
	}
	if err := w.refuse(rows, refused); err != nil {
		return err
	}
	return w.doubt(maxDoubted)
}

// mayPass says whether rows that cannot be split further are sent again for an
// unknown error: it may have hit them by chance.
func (w *walk) mayPass(key slice) bool {
	if w.alone == nil {
		w.alone = map[slice]int{}
	}
	w.alone[key]++
	return w.alone[key] < unknownAttempts
}

func (w *walk) halves(ctx context.Context, rows []int) error {
	middle := len(rows) / 2
	if err := w.slice(ctx, rows[:middle]); err != nil {
		return err
	}
	return w.slice(ctx, rows[middle:])
}

// arrived says whether the table has the rows: more of their group than are
// accounted for.
func (w *walk) arrived(ctx context.Context, rows []int) (bool, error) {
	found, err := w.present(ctx)
	if err != nil {
		return false, err
	}
	more := found[w.group] - w.inserted
	if w.piecemeal(more, len(rows)) {
		return false, &DoubtError{errShards}
	}
	return more > 0, nil
}

func (w *walk) store(rows []int) error {
	if err := w.note(rows, step{Do: doStored}); err != nil {
		return err
	}
	w.count(rows)
	return nil
}

func (w *walk) count(rows []int) {
	w.inserted += len(rows)
	w.stored += len(rows)
}

func (w *walk) refuse(rows []int, s step) error {
	records, err := w.records(rows)
	if err != nil {
		return err
	}
	w.refused = append(w.refused, refusal{
		rows: len(rows), doubted: s.Doubted, class: s.Class, code: s.Code, message: s.Message,
		key: w.set.describe(rows[0], w.facts.key), records: records,
	})
	return nil
}

// note writes a step about some rows into the journal.
func (a *attempt) note(rows []int, s step) error {
	key := sliceOf(rows)
	s.Table, s.First, s.Last, s.Rows = a.table, key.first, key.last, len(rows)
	return a.d.journal.add(s)
}

// evident says whether rows of the table are taken, so that those that are not
// are at fault.
func (a *attempt) evident() bool {
	return a.d.journal.stored(a.table) || a.s.acceptedOf(a.table) > a.accepted
}

// doubt begins the table anew, later, where at least so many rows were refused
// for an unknown reason while nothing was stored.
func (a *attempt) doubt(refusals int) error {
	if a.evident() {
		return nil
	}
	var last *refusal
	for i := range a.refused {
		if a.refused[i].class == Unknown {
			last = &a.refused[i]
			refusals--
		}
	}
	if refusals > 0 || last == nil {
		return nil
	}
	if err := a.d.journal.add(step{Table: a.table, Do: doForget}); err != nil {
		return err
	}
	a.alone = nil
	return &DoubtError{fmt.Errorf("%w: %s", errDoubt, last.message)}
}

func sliceOf(rows []int) slice { return slice{first: rows[0], last: rows[len(rows)-1]} }
