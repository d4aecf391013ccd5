package verify

import (
	"bytes"
	"cmp"
	"crypto/ed25519"
	"fmt"
	"slices"
	"time"

	"github.com/weir-otel/weir/internal/audit"
)

// checkStatements goes through the statements of a source and keeps the valid
// ones.
func (v *verifier) checkStatements(s *source, all []audit.Statement) {
	slices.SortStableFunc(all, func(a, b audit.Statement) int { return cmp.Compare(a.Number, b.Number) })
	s.Statements = len(all)
	valid := v.signed(s, all)
	// A row that is there, even a changed one, is not missing as well.
	expected, links := uint64(1), true
	var before *audit.Statement
	for i := range all {
		statement := &all[i]
		if statement.Number > expected {
			v.report.add(Problem{
				Kind: Removed, Table: audit.TableCheckpoints + " or " + audit.TableTombstones, Source: s.Source, Number: expected,
				What: fmt.Sprintf("statements %d to %d are missing", expected, statement.Number-1),
			})
			links = false
		}
		expected = max(expected, statement.Number+1)
		if !valid[i] {
			links = false
			continue
		}
		if before != nil && same(before, statement) {
			continue // stored again by a collector that was not sure: it says nothing new
		}
		v.follow(s, before, statement, links)
		before, links = statement, true
		v.keep(s, statement)
	}
	if n := len(s.checkpoints); n > 0 {
		last := s.checkpoints[n-1]
		s.Covered, s.CoveredAt, s.Head, s.HeadNumber = last.Seq, time.UnixMilli(last.At).UTC(), last.Head.String(), last.Number
	}
}

// signed says of each statement whether it is as the right key signed it.
func (v *verifier) signed(s *source, all []audit.Statement) []bool {
	valid := make([]bool, len(all))
	var expected ed25519.PublicKey
	for i := range all {
		statement := &all[i]
		problem := Problem{Table: tableOf(statement), Source: s.Source, Number: statement.Number}
		key := ed25519.PublicKey(statement.Key)
		switch {
		case !statement.Signed():
			problem.Kind, problem.What = Changed, "its signature does not fit its columns"
			v.report.add(problem)
			continue
		case len(v.Keys) > 0 && !slices.ContainsFunc(v.Keys, func(k ed25519.PublicKey) bool { return k.Equal(key) }):
			problem.Kind, problem.What = Forged, "it is signed with "+audit.PublicKey(key)+", which is not pinned"
			v.report.add(problem)
			continue
		case len(v.Keys) == 0 && expected != nil && !expected.Equal(key):
			problem.Kind = Forged
			problem.What = "it is signed with " + audit.PublicKey(key) + ", earlier ones with " + audit.PublicKey(expected) + "; if the key was changed on purpose, pin both"
			v.report.add(problem)
			continue
		}
		expected = key
		valid[i] = true
	}
	if expected != nil {
		s.PublicKey, s.Pinned = audit.PublicKey(expected), len(v.Keys) > 0
	}
	return valid
}

// follow checks a valid statement against the valid one before it, nil for
// none. links says whether nothing is missing or changed in between.
func (v *verifier) follow(s *source, before, statement *audit.Statement, links bool) {
	problem := Problem{Kind: Forked, Table: tableOf(statement), Source: s.Source, Number: statement.Number}
	previous := audit.Sum{}
	if before != nil {
		previous = before.Sum()
	}
	switch {
	case before != nil && before.Number == statement.Number:
		problem.What = "two different statements with this number are signed"
	case links && statement.Previous != previous:
		problem.What = "it is not linked to the statement before it"
	case statement.Kind == audit.Checkpoint && len(s.checkpoints) > 0 && statement.Seq < s.checkpoints[len(s.checkpoints)-1].Seq:
		problem.What = fmt.Sprintf("it signs entry %d, an earlier checkpoint signed %d", statement.Seq, s.checkpoints[len(s.checkpoints)-1].Seq)
	default:
		return
	}
	v.report.add(problem)
}

// keep files a valid statement.
func (v *verifier) keep(s *source, statement *audit.Statement) {
	switch statement.Kind {
	case audit.Checkpoint:
		s.checkpoints = append(s.checkpoints, *statement)
	case audit.Retention:
		s.retentions = append(s.retentions, *statement)
	case audit.Erasure:
		target := v.source(statement.Target)
		if !v.mayErase(statement, target) {
			return
		}
		for _, seq := range statement.Seqs {
			target.erased[seq] = true
		}
	}
}

// mayErase says whether a valid statement excuses events of the target: it must
// be of a pinned key, or of the target itself. Anybody can make a key and begin
// a source with it.
func (v *verifier) mayErase(statement *audit.Statement, target *source) bool {
	if len(v.Keys) > 0 || statement.Source == target.Source {
		return true
	}
	v.report.add(Problem{
		Kind: Forged, Table: audit.TableTombstones, Source: statement.Source, Number: statement.Number,
		What: "it erases events of " + target.Source + ", and its key " + audit.PublicKey(statement.Key) + " is not pinned; pin all keys if it is yours",
	})
	return false
}

// zoneAhead is how much earlier than in UTC a day ends where a server's clock
// is furthest ahead: a TTL counts days in the server's time zone.
const zoneAhead = 14 * time.Hour

const dayLength = 24 * time.Hour

// expired says whether rows of segments that were begun at a time may be gone,
// by the retention that was in force at some time since.
func (s *source) expired(begun time.Time, now time.Time, days func(*audit.Statement) uint32) bool {
	for i := range s.retentions {
		end := now
		if i+1 < len(s.retentions) {
			end = time.UnixMilli(s.retentions[i+1].At)
		}
		kept := time.Duration(days(&s.retentions[i])) * dayLength
		if !begun.Truncate(dayLength).Add(kept).Add(-zoneAhead).After(end) {
			return true
		}
	}
	return false
}

func eventDays(s *audit.Statement) uint32 { return s.EventDays }
func chainDays(s *audit.Statement) uint32 { return s.ChainDays }

// checkpointOf is the index of the first checkpoint that covers an entry.
func (s *source) checkpointOf(seq uint64) (int, bool) {
	i, _ := slices.BinarySearchFunc(s.checkpoints, seq, func(c audit.Statement, seq uint64) int { return cmp.Compare(c.Seq, seq) })
	return i, i < len(s.checkpoints)
}

// same compares statements as rows.
func same(a, b *audit.Statement) bool {
	return a.Sum() == b.Sum() && bytes.Equal(a.Signature, b.Signature)
}
