package audit

import (
	"crypto/sha256"
	"encoding/binary"
)

const (
	genesisDomain = "weir/audit/genesis/v1\x00"
	chainDomain   = "weir/audit/chain/v1\x00"
)

// Entry is one link of a source's chain, a row of table event_chain.
type Entry struct {
	Source  string    `json:"source"`
	Seq     uint64    `json:"seq"` // 1, 2, 3, …
	Segment SegmentID `json:"segment"`
	Digest  Sum       `json:"digest"` // of the event
	Hash    Sum       `json:"hash"`   // over the entry before and this one
}

// Genesis is what the first entry of a source is linked to.
func Genesis(source string) Sum {
	return sha256.Sum256(appendText([]byte(genesisDomain), source))
}

// Link is the hash that belongs to e behind an entry with hash previous.
func (e *Entry) Link(previous Sum) Sum {
	buf := make([]byte, 0, 256)
	buf = append(append(buf, chainDomain...), previous[:]...)
	buf = appendText(buf, e.Source)
	buf = binary.BigEndian.AppendUint64(buf, e.Seq)
	buf = append(append(buf, e.Segment[:]...), e.Digest[:]...)
	return sha256.Sum256(buf)
}
