package ship

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/weir-otel/weir/internal/segment"
)

var (
	// errUnderWay is waited out: what the INSERT stores must be counted, or must
	// not be.
	errUnderWay = errors.New("an earlier INSERT of the same rows is still running")
	// errShards is an INSERT of which one shard has its part and another has not.
	// Within the deduplication window the whole is sent again under its token;
	// beyond, or where a shard refuses rows, nobody knows which rows are missing.
	errShards = errors.New("some shards have their part of the rows and others have not: the segment is kept, and neither lost nor doubled; mend what the shards refuse")
)

// attempt is an attempt to store one table of a segment.
//
//	          nothing there                     stored
//	unsure? ─────────────────► whole INSERT ─────────────► settled
//	   │ some, or all             │ refused                   ▲
//	   │                          ▼                           │
//	   └──────────────────► slices, each noted in the journal ┘
//
// What is sent again is looked for when it is stored, see insert.
type attempt struct {
	*progress
	s     *Shipper
	r     *segment.Reader
	d     *Delivery
	table string
	token string

	facts     *facts
	set       *rowSet
	unreadErr error // the rows cannot be told apart
	unsure    bool  // rows may be stored of which no token is remembered
	burnt     bool  // a token may be remembered whose rows are not stored
	viewError error
}

func (a *attempt) send(ctx context.Context) error {
	if a.settled {
		return nil
	}
	if err := a.look(ctx); err != nil {
		return err
	}
	if a.d.journal.begun(a.table) {
		return a.inSlices(ctx)
	}
	if !a.unsure {
		return a.whole(ctx)
	}
	found, err := a.present(ctx)
	if err != nil {
		return err
	}
	switch {
	case len(found) == 0:
		return a.whole(ctx)
	case a.complete(found):
		a.settle(a.r.Rows(a.table))
		return nil
	default:
		return a.begin(ctx, found)
	}
}

// look decides whether tokens can be trusted.
func (a *attempt) look(ctx context.Context) error {
	var err error
	again := a.sent || a.d.recovered
	if a.facts, err = a.s.factsOf(ctx, a.table, again); err != nil {
		return err
	}
	if a.sent {
		a.unsure = a.identity != a.facts.identity || a.s.Now().Sub(a.since) > tokensRemembered
	} else {
		a.unsure = a.d.recovered
	}
	a.burnt = again && !a.facts.replicated
	return nil
}

// begins notes that from now on tokens say what is stored.
func (a *attempt) begins() {
	if !a.sent || a.unsure {
		a.sent, a.since, a.identity = true, a.s.Now(), a.facts.identity
	}
	a.unsure = false
}

func (a *attempt) settle(rows int) { a.settled, a.stored = true, rows }

// whole sends all rows under the segment's token.
func (a *attempt) whole(ctx context.Context) error {
	a.begins()
	var found map[string]int
	err, checkErr := a.insert(ctx, a.token, func() io.Reader { return a.r.Body(a.table) }, func() (there bool, err error) {
		found, err = a.present(ctx)
		return len(found) > 0, err
	})
	switch {
	case checkErr != nil:
		return checkErr
	case err == nil && len(found) > 0 && !a.complete(found):
		return a.begin(ctx, found)
	case err == nil:
		a.settle(a.r.Rows(a.table))
		return nil
	}
	class, _ := Classify(err)
	if class == Retryable {
		return err
	}
	if a.attempts == 0 {
		a.accepted = a.s.acceptedOf(a.table)
	}
	if a.attempts++; class == Unknown && a.attempts < unknownAttempts {
		return &DoubtError{err}
	}
	found, presentErr := a.present(ctx)
	if presentErr != nil {
		return errors.Join(err, presentErr)
	}
	if len(found) > 0 {
		a.viewError = err
	}
	return a.begin(ctx, found)
}

// maxBurnt is how many tokens of the same rows may be burnt. Where there is still
// no row, they were stored, and have gone: their time is over, or newer ones have
// taken their place.
const maxBurnt = 2

// insert sends rows under their token. A table that is not replicated notes the
// token before it has the rows: a server that was killed in between answers that
// it has stored them. So where that may have happened they are looked for, and
// sent under another token if they are not there. One that is late, on its way
// since before, can double nothing: its token has been taken for stored.
func (a *attempt) insert(ctx context.Context, token string, body func() io.Reader, there func() (bool, error)) (err, checkErr error) {
	unused := token
	for again := 1; ; again++ {
		if err := a.s.insert(ctx, a.table, unused, body()); err != nil || !a.burnt || again > maxBurnt {
			return err, nil
		}
		if stored, err := there(); err != nil || stored {
			return nil, err
		}
		unused = fmt.Sprintf("%s-again-%d", token, again)
	}
}

// begin goes over to slices. Groups that are there are stored: a partition gets
// all of an INSERT or nothing.
func (a *attempt) begin(ctx context.Context, found map[string]int) error {
	groups := a.groups()
	for _, g := range groups {
		if a.piecemeal(found[g.key], len(g.rows)) {
			return &DoubtError{errShards}
		}
	}
	if err := a.d.journal.add(step{Table: a.table, Do: doBegin}); err != nil {
		return err
	}
	for _, g := range groups {
		if found[g.key] > 0 {
			if err := a.note(g.rows, step{Do: doStored}); err != nil {
				return err
			}
		}
	}
	return a.inSlices(ctx)
}

// complete says whether all groups are there.
func (a *attempt) complete(found map[string]int) bool {
	return !slices.ContainsFunc(a.groups(), func(g group) bool {
		return found[g.key] == 0 || a.piecemeal(found[g.key], len(g.rows))
	})
}

// piecemeal says whether so many stored rows may be a piece of an INSERT. On a
// table that is not sharded they never are: rows that are missing were erased,
// or merged with newer ones.
func (a *attempt) piecemeal(stored, of int) bool { return a.facts.sharded && stored > 0 && stored < of }

// present counts by group what the table has of the segment.
func (a *attempt) present(ctx context.Context) (map[string]int, error) {
	running, err := underWay(ctx, a.s.Conn, a.token)
	if err != nil {
		return nil, err
	}
	if running {
		return nil, errUnderWay
	}
	set := a.rows()
	return present(ctx, a.s.Conn, a.table, a.r.Header.ID.String(), a.facts, set)
}

// rows reads the table's rows, once. Where they cannot be told apart they are
// one group that is never split.
func (a *attempt) rows() *rowSet {
	if a.set != nil {
		return a.set
	}
	a.set, a.unreadErr = readRows(a.r, a.table)
	if a.unreadErr != nil {
		a.set = &rowSet{rows: a.r.Rows(a.table)}
		a.facts = &facts{identity: a.facts.identity}
	}
	return a.set
}

func (a *attempt) groups() []group {
	set := a.rows()
	if a.unreadErr == nil {
		return set.groups(a.facts.partitionedBy())
	}
	all := make([]int, set.rows)
	for i := range all {
		all[i] = i
	}
	return []group{{rows: all}}
}

func (a *attempt) body(rows []int) io.Reader {
	if a.unreadErr != nil {
		return a.r.Body(a.table)
	}
	return a.set.body(rows)
}

// records are rows as a segment holds them.
func (a *attempt) records(rows []int) ([]segment.Record, error) {
	if a.unreadErr == nil {
		return a.set.records(a.table, rows), nil
	}
	const idSize = 16
	var records []segment.Record
	for i := range a.r.Blocks(a.table) {
		body, n := a.r.Part(a.table, i, i+1)
		data, err := io.ReadAll(body)
		if err != nil {
			return nil, fmt.Errorf("cannot read rows of table %s: %w", a.table, err)
		}
		records = append(records, segment.Record{Tables: []segment.Table{{Name: a.table, Rows: n, Block: data[:len(data)-idSize*n]}}})
	}
	return records, nil
}
