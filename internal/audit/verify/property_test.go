package verify_test

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/weir-otel/weir/internal/audit"
	"github.com/weir-otel/weir/internal/audit/verify"
)

var ctx = context.Background()

// history is a random trail of up to three collectors, all of it covered by
// checkpoints.
func history(t *rapid.T) (*trail, []*collector, *time.Time) {
	clock := start
	all := &trail{}
	var collectors []*collector
	for i := range rapid.IntRange(1, 3).Draw(t, "collectors") {
		collectors = append(collectors, newCollector(all, byte(i+1), &clock))
	}
	for range rapid.IntRange(1, 12).Draw(t, "steps") {
		clock = clock.Add(time.Duration(rapid.IntRange(1, 20_000).Draw(t, "seconds")) * time.Second)
		c := rapid.SampledFrom(collectors).Draw(t, "collector")
		if rapid.Bool().Draw(t, "checkpoint") {
			c.checkpoint()
		} else {
			c.segment(rapid.IntRange(1, 5).Draw(t, "events"))
		}
	}
	for _, c := range collectors {
		c.segment(1)
		c.checkpoint()
	}
	return all, collectors, &clock
}

func keysOf(collectors []*collector) (keys []ed25519.PublicKey) {
	for _, c := range collectors {
		keys = append(keys, pin(c))
	}
	return keys
}

// mutation changes one thing, and returns what has to be named: a table, and a
// source where it is clear whose row it is.
type mutation func(t *rapid.T, all *trail) (table, source string)

func index[T any](t *rapid.T, rows []T, name string) int {
	return rapid.IntRange(0, len(rows)-1).Draw(t, name)
}

func changeEvent(t *rapid.T, all *trail) (string, string) {
	r := &all.events[index(t, all.events, "event")]
	source := r.Source
	column := rapid.IntRange(0, len(audit.TextColumns)+10).Draw(t, "column")
	if column < len(audit.TextColumns) {
		*r.Texts()[column] += "x"
		return audit.TableEvents, source
	}
	switch column - len(audit.TextColumns) {
	case 0:
		r.Timestamp++
	case 1:
		r.ReceivedAt++
	case 2:
		r.TraceID[3] ^= 1
	case 3:
		r.SpanID[3] ^= 1
	case 4:
		r.Severity++
	case 5:
		r.Vouched = !r.Vouched
	case 6:
		r.Attributes = append(slices.Clone(r.Attributes), audit.Attribute{Key: "a", Value: "2"})
	case 7:
		r.Attributes = []audit.Attribute{{Key: "a", Value: "12"}, {Key: "b", Value: ""}}
	case 8:
		r.Salt[0] ^= 1
	case 9:
		r.Digest[31] ^= 1
	default:
		r.Segment[15] ^= 1
	}
	return audit.TableEvents, source
}

func deleteEvent(t *rapid.T, all *trail) (string, string) {
	i := index(t, all.events, "event")
	source := all.events[i].Source
	all.events = slices.Delete(all.events, i, i+1)
	return audit.TableEvents, source
}

func insertEvent(t *rapid.T, all *trail) (string, string) {
	r := all.events[index(t, all.events, "event")]
	if rapid.Bool().Draw(t, "another") {
		r.ID += "-other"
		r.Digest = new(audit.Hasher).Digest(r.Salt, &r.Event)
	}
	all.events = append(all.events, r)
	return audit.TableEvents, r.Source
}

func swapEvents(t *rapid.T, all *trail) (string, string) {
	r, other := &all.events[index(t, all.events, "event")], &all.events[index(t, all.events, "other")]
	if r == other {
		t.Skip("the same event")
	}
	source := r.Source
	r.Salt, other.Salt = other.Salt, r.Salt
	return audit.TableEvents, source
}

func changeEntry(t *rapid.T, all *trail) (string, string) {
	e := &all.chain[index(t, all.chain, "entry")]
	source := e.Source
	switch rapid.IntRange(0, 4).Draw(t, "column") {
	case 0:
		e.Digest[0] ^= 1
	case 1:
		e.Hash[0] ^= 1
	case 2:
		e.Segment[9] ^= 1
	case 3:
		e.Seq += uint64(rapid.IntRange(1, 100).Draw(t, "seq"))
	default:
		e.Source += "x"
	}
	return audit.TableChain, source
}

func deleteEntry(t *rapid.T, all *trail) (string, string) {
	i := index(t, all.chain, "entry")
	source := all.chain[i].Source
	all.chain = slices.Delete(all.chain, i, i+1)
	return audit.TableChain, source
}

func insertEntry(t *rapid.T, all *trail) (string, string) {
	e := all.chain[index(t, all.chain, "entry")]
	if rapid.Bool().Draw(t, "another") {
		e.Digest[5] ^= 1
	}
	all.chain = append(all.chain, e)
	return audit.TableChain, e.Source
}

func swapEntries(t *rapid.T, all *trail) (string, string) {
	e, other := &all.chain[index(t, all.chain, "entry")], &all.chain[index(t, all.chain, "other")]
	if e == other || e.Source == other.Source && e.Seq == other.Seq {
		t.Skip("the same entry")
	}
	if e.Source != other.Source {
		t.Skip("of another source")
	}
	e.Seq, other.Seq = other.Seq, e.Seq
	return audit.TableChain, e.Source
}

func truncateChain(t *rapid.T, all *trail) (string, string) {
	last := all.chain[index(t, all.chain, "entry")]
	all.chain = slices.DeleteFunc(all.chain, func(e audit.Entry) bool { return e.Source == last.Source && e.Seq >= last.Seq })
	return audit.TableChain, last.Source
}

func changeStatement(t *rapid.T, all *trail) (string, string) {
	s := &all.statements[index(t, all.statements, "statement")]
	source := s.Source
	switch rapid.IntRange(0, 9).Draw(t, "column") {
	case 0:
		s.Number++
	case 1:
		s.Previous[0] ^= 1
	case 2:
		s.At++
	case 3:
		s.Seq++
	case 4:
		s.Head[0] ^= 1
	case 5:
		s.Segment[0] ^= 1
	case 6:
		s.EventDays++
	case 7:
		s.ChainDays++
	case 8:
		s.Signature = slices.Clone(s.Signature)
		s.Signature[0] ^= 1
	default:
		s.Sign(newKey(99)) // by somebody else
	}
	return "", source
}

// deleteStatement leaves the last one of a source: what is behind it is not
// covered.
func deleteStatement(t *rapid.T, all *trail) (string, string) {
	i := index(t, all.statements, "statement")
	source := all.statements[i].Source
	last := true
	for _, s := range all.statements[i+1:] {
		last = last && s.Source != source
	}
	if last {
		t.Skip("the last statement")
	}
	all.statements = slices.Delete(all.statements, i, i+1)
	return "", source
}

// insertStatement adds one that is signed by somebody else.
func insertStatement(t *rapid.T, all *trail) (string, string) {
	s := all.statements[index(t, all.statements, "statement")]
	s.At++
	s.Sign(newKey(99))
	all.statements = append(all.statements, s)
	return "", s.Source
}

func swapStatements(t *rapid.T, all *trail) (string, string) {
	s, other := &all.statements[index(t, all.statements, "statement")], &all.statements[index(t, all.statements, "other")]
	if s == other || s.Number == other.Number {
		t.Skip("nothing is swapped")
	}
	source := s.Source
	s.Number, other.Number = other.Number, s.Number
	return "", source
}

func TestEverySingleMutationIsFoundAndNamed(t *testing.T) {
	for name, mutate := range map[string]mutation{
		"change event": changeEvent, "delete event": deleteEvent, "insert event": insertEvent, "swap salts": swapEvents,
		"change entry": changeEntry, "delete entry": deleteEntry, "insert entry": insertEntry, "swap entries": swapEntries, "truncate chain": truncateChain,
		"change statement": changeStatement, "delete statement": deleteStatement, "insert statement": insertStatement, "swap statements": swapStatements,
	} {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				all, collectors, clock := history(t)
				untouched := run(t, all, *clock, keysOf(collectors)...)
				require.Empty(t, untouched.Problems, "the control")
				require.Zero(t, untouched.Sources[0].NotCovered)
				table, source := mutate(t, all)
				report := run(t, all, *clock, keysOf(collectors)...)
				require.True(t, slices.ContainsFunc(report.Problems, func(p verify.Problem) bool {
					return (table == "" || p.Table == table) && p.Source == source
				}), fmt.Sprint(report.Problems))
			})
		})
	}
}
