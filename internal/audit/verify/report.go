package verify

import (
	"cmp"
	"slices"
	"time"

	"github.com/weir-otel/weir/internal/audit"
)

// Kind says what happened to a row.
type Kind string

// The kinds.
const (
	Changed   Kind = "changed"
	Removed   Kind = "removed"
	Inserted  Kind = "inserted"
	Reordered Kind = "reordered"
	// Forged: signed with a key that is not the expected one.
	Forged Kind = "forged"
	// Forked: a source has two histories, both signed. Its folder was put back
	// from a backup, or somebody has its key.
	Forked Kind = "forked"
	// Remains: an erasure says that the row is erased, and it is there.
	Remains Kind = "remains"
)

// Problem names what was found. Seq to LastSeq are entries of the source's
// chain; 0 where the row belongs to no known entry, or is a statement.
type Problem struct {
	Kind    Kind   `json:"kind"`
	Table   string `json:"table"`
	Source  string `json:"source"`
	Seq     uint64 `json:"seq,omitzero"`
	LastSeq uint64 `json:"last_seq,omitzero"`
	Number  uint64 `json:"number,omitzero"` // of a statement
	EventID string `json:"event_id,omitzero"`
	Segment string `json:"segment,omitzero"`
	What    string `json:"what"`
}

// SourceReport is what was verified of a source.
type SourceReport struct {
	Source     string    `json:"source"`
	PublicKey  string    `json:"public_key,omitzero"`
	Pinned     bool      `json:"pinned"` // the key was given, not taken from the trail
	Statements int       `json:"statements"`
	Entries    uint64    `json:"entries"`              // of the chain, that are there
	Events     uint64    `json:"events"`               // that are there and as they were
	Expired    uint64    `json:"expired"`              // events that are gone by retention
	Erased     uint64    `json:"erased"`               // events that are gone by an erasure
	Covered    uint64    `json:"covered"`              // the last entry that a checkpoint signs
	CoveredAt  time.Time `json:"covered_at,omitzero"`  // when it was signed
	NotCovered uint64    `json:"not_covered"`          // entries behind it
	Head       string    `json:"head,omitzero"`        // hash of the last covered entry: to be noted elsewhere
	HeadNumber uint64    `json:"head_number,omitzero"` // and the checkpoint's number
}

// Report is the result.
type Report struct {
	Sources  []*SourceReport `json:"sources"`
	Problems []Problem       `json:"problems"`
	// More counts the problems beyond those listed.
	More uint64 `json:"more,omitzero"`
	// Young counts rows that are not judged because they are so new that their
	// counterpart may be on its way.
	Young uint64 `json:"young"`
}

// OK says whether nothing was found.
func (r *Report) OK() bool { return len(r.Problems) == 0 }

// maxProblems bounds a report: who deleted a million rows is found by less.
const maxProblems = 10_000

func (r *Report) add(p Problem) {
	if p.LastSeq == 0 {
		p.LastSeq = p.Seq
	}
	if last := len(r.Problems) - 1; last >= 0 && r.Problems[last].precedes(p) {
		r.Problems[last].LastSeq = p.LastSeq
		return
	}
	if len(r.Problems) == maxProblems {
		r.More++
		return
	}
	r.Problems = append(r.Problems, p)
}

// precedes says whether next only makes the range of p longer.
func (p Problem) precedes(next Problem) bool {
	if p.LastSeq == 0 || p.LastSeq+1 != next.Seq {
		return false
	}
	next.Seq, next.LastSeq = p.Seq, p.LastSeq
	return p == next && p.EventID == ""
}

func (r *Report) sort() {
	slices.SortStableFunc(r.Problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Source, b.Source), cmp.Compare(a.Table, b.Table), cmp.Compare(a.Seq, b.Seq), cmp.Compare(a.Number, b.Number))
	})
	slices.SortFunc(r.Sources, func(a, b *SourceReport) int { return cmp.Compare(a.Source, b.Source) })
}

func tableOf(s *audit.Statement) string {
	if s.Kind == audit.Checkpoint {
		return audit.TableCheckpoints
	}
	return audit.TableTombstones
}
