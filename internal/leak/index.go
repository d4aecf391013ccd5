package leak

import (
	"bytes"
	"encoding/binary"
)

// index finds many needles in one pass. They are chained by a hash of their
// first four bytes.
type index struct {
	needles []Needle
	heads   [1 << hashBits]int32 // 1 + the first needle of the chain
	next    []int32
	short   []int // needles of less than four bytes
}

const (
	hashBits = 16
	headLen  = 4
)

func newIndex(needles []Needle) *index {
	x := &index{needles: needles, next: make([]int32, len(needles))}
	for i, n := range needles {
		if len(n.Value) < headLen {
			x.short = append(x.short, i)
			continue
		}
		h := hash(binary.LittleEndian.Uint32([]byte(n.Value)))
		x.next[i] = x.heads[h]
		x.heads[h] = int32(i + 1)
	}
	return x
}

func hash(head uint32) uint32 { return head * 2654435761 >> (32 - hashBits) }

// search adds what content holds to found.
func (x *index) search(content []byte, place string, found Found) {
	for at := 0; at+headLen <= len(content); at++ {
		for i := x.heads[hash(binary.LittleEndian.Uint32(content[at:]))]; i != 0; i = x.next[i-1] {
			if n := x.needles[i-1]; len(content)-at >= len(n.Value) && string(content[at:at+len(n.Value)]) == n.Value {
				found.add(n.Name, place, 1)
			}
		}
	}
	for _, i := range x.short {
		found.add(x.needles[i].Name, place, bytes.Count(content, []byte(x.needles[i].Value)))
	}
}
