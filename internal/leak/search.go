package leak

import (
	"bytes"
)

// Search looks for needles and remembers where it found them.
type Search struct {
	Found    Found
	Searched Searched

	needles []Needle
	index   *index
}

// New returns a search for the needles.
func New(needles []Needle) *Search {
	return &Search{Found: Found{}, needles: needles, index: newIndex(needles)}
}

// fewNeedles are looked for one after the other: that is quicker in large files.
const fewNeedles = 16

// Bytes searches content as it is.
func (s *Search) Bytes(content []byte, place string) {
	if len(s.needles) > fewNeedles {
		s.index.search(content, place, s.Found)
		return
	}
	for _, n := range s.needles {
		s.Found.add(n.Name, place, bytes.Count(content, []byte(n.Value)))
	}
}
