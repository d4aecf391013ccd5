package audit

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/binary"
)

const statementDomain = "weir/audit/statement/v1\x00"

// StatementKind says what a statement states.
type StatementKind string

// The kinds of statements.
const (
	// Checkpoint: the chain had this head.
	Checkpoint StatementKind = "checkpoint"
	// Retention: from now on, events and chain entries may be missing when their
	// segment is older than so many days.
	Retention StatementKind = "retention"
	// Erasure: these events of the target may be missing.
	Erasure StatementKind = "erasure"
)

// Statement is what a holder of a signing key states: a row of table
// audit_checkpoints or audit_tombstones. Those of a source are numbered across
// both and linked, so that none can be removed from between others.
type Statement struct {
	Source   string        `json:"source"` // whose statements: a collector, or a command that erases
	Number   uint64        `json:"number"` // 1, 2, 3, …
	Previous Sum           `json:"previous"`
	At       int64         `json:"at"` // unix ms
	Kind     StatementKind `json:"kind"`

	// Of a checkpoint: the last entry it covers.
	Seq     uint64    `json:"seq,omitzero"`
	Head    Sum       `json:"head,omitzero"`
	Segment SegmentID `json:"segment,omitzero"`

	// Of a retention.
	EventDays uint32 `json:"event_days,omitzero"`
	ChainDays uint32 `json:"chain_days,omitzero"`

	// Of an erasure.
	Target  string   `json:"target,omitzero"`  // the source whose events are erased
	Seqs    []uint64 `json:"seqs,omitempty"`   // which
	Receipt string   `json:"receipt,omitzero"` // id of the erasure's receipt

	Key       []byte `json:"key"` // Ed25519 public key
	Signature []byte `json:"signature"`
}

// message is what is signed.
func (s *Statement) message() []byte {
	dst := appendText([]byte(statementDomain), s.Source)
	dst = binary.BigEndian.AppendUint64(dst, s.Number)
	dst = append(dst, s.Previous[:]...)
	dst = binary.BigEndian.AppendUint64(dst, uint64(s.At))
	dst = appendText(dst, string(s.Kind))
	dst = binary.BigEndian.AppendUint64(dst, s.Seq)
	dst = append(append(dst, s.Head[:]...), s.Segment[:]...)
	dst = binary.BigEndian.AppendUint32(dst, s.EventDays)
	dst = binary.BigEndian.AppendUint32(dst, s.ChainDays)
	dst = appendText(dst, s.Target)
	dst = binary.BigEndian.AppendUint64(dst, uint64(len(s.Seqs)))
	for _, seq := range s.Seqs {
		dst = binary.BigEndian.AppendUint64(dst, seq)
	}
	return appendText(appendText(dst, s.Receipt), s.Key)
}

// Sum is what the next statement of the source is linked to.
func (s *Statement) Sum() Sum { return sha256.Sum256(s.message()) }

// Sign completes the statement.
func (s *Statement) Sign(key ed25519.PrivateKey) {
	s.Key = key.Public().(ed25519.PublicKey)
	s.Signature = ed25519.Sign(key, s.message())
}

// Signed says whether the statement is as the holder of its key signed it.
func (s *Statement) Signed() bool {
	return len(s.Key) == ed25519.PublicKeySize && ed25519.Verify(s.Key, s.message(), s.Signature)
}
