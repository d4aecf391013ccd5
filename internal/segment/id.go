package segment

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"time"
)

// ID names a segment: a version 7 UUID, so that names sort by time.
type ID [16]byte

// NewID makes an id for a segment begun at the given time.
func NewID(now time.Time) (ID, error) {
	var id ID
	if _, err := rand.Read(id[:]); err != nil {
		return ID{}, fmt.Errorf("cannot make a segment id: %w", err)
	}
	var ms [8]byte
	binary.BigEndian.PutUint64(ms[:], uint64(now.UnixMilli()))
	copy(id[:6], ms[2:])
	id[6] = id[6]&0x0f | 0x70
	id[8] = id[8]&0x3f | 0x80
	return id, nil
}

// Letter is the id under which rows of the segment lie in the dead-letter folder
// and are replayed. It is the same each time, so that a crash leaves one letter,
// and keeps the time, which names sort by and views show.
func (id ID) Letter() ID {
	sum := sha256.Sum256(append([]byte("dead letter of "), id[:]...))
	copy(id[6:], sum[:])
	id[6] = id[6]&0x0f | 0x70
	id[8] = id[8]&0x3f | 0x80
	return id
}

// time is when the segment was begun, to the millisecond.
func (id ID) time() time.Time {
	var ms [8]byte
	copy(ms[2:], id[:6])
	return time.UnixMilli(int64(binary.BigEndian.Uint64(ms[:])))
}

// ParseID reads the form that String writes.
func ParseID(s string) (ID, error) {
	var id ID
	if len(s) != 36 || s[8] != '-' || s[13] != '-' || s[18] != '-' || s[23] != '-' {
		return ID{}, fmt.Errorf("cannot parse segment id %q: expected a UUID", s)
	}
	compact := s[:8] + s[9:13] + s[14:18] + s[19:23] + s[24:]
	if _, err := hex.Decode(id[:], []byte(compact)); err != nil {
		return ID{}, fmt.Errorf("cannot parse segment id %q: %w", s, err)
	}
	return id, nil
}

// String is the usual form, e.g. 0192a3b4-5c6d-7e8f-9012-3456789abcde.
func (id ID) String() string {
	h := hex.EncodeToString(id[:])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

// Native is the id as ClickHouse's Native format writes a UUID: two
// little-endian halves.
func (id ID) Native() [16]byte {
	var out [16]byte
	for i := range 8 {
		out[i], out[8+i] = id[7-i], id[15-i]
	}
	return out
}
