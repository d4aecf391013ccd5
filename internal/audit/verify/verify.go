package verify

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"slices"
	"time"

	"github.com/weir-otel/weir/internal/audit"
)

// Row is a row of table events.
type Row struct {
	audit.Event
	Salt    [audit.SaltSize]byte
	Digest  audit.Sum
	Segment audit.SegmentID
}

// Trail is where the trail is read from.
type Trail interface {
	// Statements are all of them, in any order.
	Statements(ctx context.Context) ([]audit.Statement, error)
	// Sources are the names that event_chain has.
	Sources(ctx context.Context) ([]string, error)
	// Chain gives the entries of a source from seq on, ordered by it.
	Chain(ctx context.Context, source string, from uint64, each func(audit.Entry) error) error
	// Days are the days (UTC, 00:00) of the segments that events or event_chain
	// have, in order.
	Days(ctx context.Context) ([]time.Time, error)
	// DayEntries and DayEvents give the rows whose segment was begun on a day, in
	// any order. A row is valid during the call.
	DayEntries(ctx context.Context, day time.Time, each func(audit.Entry) error) error
	DayEvents(ctx context.Context, day time.Time, each func(*Row) error) error
}

// Options say what to check.
type Options struct {
	// Keys are the pinned public keys: nothing else may have signed. Without
	// any, a source's key is the one of its first statement.
	Keys []ed25519.PublicKey
	// Since leaves out what is older, apart from statements.
	Since time.Time
	// Grace is how young rows may be whose counterpart is missing: a segment's
	// tables arrive one after the other.
	Grace time.Duration
	Now   time.Time
	// Progress, where set, is told the share of the work that is done.
	Progress func(share float64, remark string)
}

// Run checks the trail. An error means that it could not be read.
func Run(ctx context.Context, trail Trail, o Options) (*Report, error) {
	v := &verifier{Options: o, trail: trail, report: &Report{Problems: []Problem{}, Sources: []*SourceReport{}}, sources: map[string]*source{}}
	if v.Progress == nil {
		v.Progress = func(float64, string) {}
	}
	if err := v.readStatements(ctx); err != nil {
		return nil, err
	}
	if err := v.walkChains(ctx); err != nil {
		return nil, err
	}
	if err := v.matchEvents(ctx); err != nil {
		return nil, err
	}
	v.report.sort()
	return v.report, nil
}

type verifier struct {
	Options
	trail   Trail
	report  *Report
	sources map[string]*source
	order   []*source // by name
	// suspects are problems of single entries of event_chain, which does not
	// know the events' ids.
	suspects map[place]int
}

// place is an entry of a chain.
type place struct {
	source string
	seq    uint64
}

// source is what is known of one source.
type source struct {
	*SourceReport
	checkpoints []audit.Statement // valid, by number, and so by seq
	retentions  []audit.Statement // valid, by number
	erased      map[uint64]bool   // events that a statement, of whichever source, says are erased
}

func (v *verifier) source(name string) *source {
	s := v.sources[name]
	if s == nil {
		s = &source{SourceReport: &SourceReport{Source: name}, erased: map[uint64]bool{}}
		v.sources[name] = s
		v.report.Sources = append(v.report.Sources, s.SourceReport)
		at, _ := slices.BinarySearchFunc(v.order, name, func(s *source, name string) int {
			if s.Source < name {
				return -1
			}
			return 1
		})
		v.order = slices.Insert(v.order, at, s)
	}
	return s
}

// young says whether what belongs to something made at the time may still be on
// its way.
func (v *verifier) young(unixMilli int64) bool {
	return v.Now.Sub(time.UnixMilli(unixMilli)) < v.Grace
}

// readStatements checks what is signed.
func (v *verifier) readStatements(ctx context.Context) error {
	v.Progress(0, "statements")
	all, err := v.trail.Statements(ctx)
	if err != nil {
		return fmt.Errorf("cannot read the signed statements: %w", err)
	}
	bySource := map[string][]audit.Statement{}
	for _, s := range all {
		bySource[s.Source] = append(bySource[s.Source], s)
	}
	for name, statements := range bySource {
		v.checkStatements(v.source(name), statements)
	}
	v.missingKeys(all)
	return nil
}

// missingKeys names pinned keys that have signed nothing: a whole source may be
// gone.
func (v *verifier) missingKeys(all []audit.Statement) {
	for _, key := range v.Keys {
		signed := slices.ContainsFunc(all, func(s audit.Statement) bool { return key.Equal(ed25519.PublicKey(s.Key)) && s.Signed() })
		if !signed {
			v.report.add(Problem{
				Kind: Removed, Table: audit.TableCheckpoints,
				What: "nothing is signed with the pinned key " + audit.PublicKey(key) + ": its source is gone, or never had an event",
			})
		}
	}
}
