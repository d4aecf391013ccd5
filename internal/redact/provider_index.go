package redact

import (
	"slices"
	"strings"
)

// indexBits is the size of the hash tables over the first three bytes.
const indexBits = 12

// hashFactor is 2³² over the golden ratio.
const hashFactor = 0x9e3779b1

// firstThree are the first three bytes of a text.
func firstThree(s string) uint32 {
	_ = s[2]
	return uint32(s[0])<<16 | uint32(s[1])<<8 | uint32(s[2])
}

// head is the first entry for three bytes, or one of others with the same hash.
func (x *shapeIndex) head(three uint32) uint16 { return x.heads[three*hashFactor>>(32-indexBits)] }

// shapeIndex finds the shapes that may begin with three bytes. Entry 0 is none.
type shapeIndex struct {
	heads  [1 << indexBits]uint16
	next   []uint16
	first  []uint32 // the three bytes: close together, as most are only looked at
	begins []nameBytes
	shapes []shape
}

var (
	tokens = indexShapes(func(sh *shape) bool { return isWordText(sh.prefix) })
	dotted = indexShapes(func(sh *shape) bool { return sh.leadingWord() < minToken }) // the scan comes to them from the first long word in them
)

func isWordText(s string) bool { return wordEnd(s, 0) == len(s) }

// leadingWord is how many bytes the first word of the shape has at least.
func (sh *shape) leadingWord() int {
	n := 0
	for _, p := range sh.parts {
		n += wordEnd(p.literal, 0)
		if p.literal != "" && !isWordText(p.literal) || p.set&(csDotted|csBase64|csText) != 0 {
			break
		}
		n += p.min
	}
	return n
}

func indexShapes(wanted func(*shape) bool) *shapeIndex {
	var all []shape
	for i, p := range providers {
		for _, sh := range compileShapes(p.tokens, i) {
			if sh.prefix == "" {
				panic("the tokens of " + p.name + " begin with no literal text")
			}
			if wanted(&sh) {
				all = append(all, sh)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b shape) int { return len(a.prefix) - len(b.prefix) }) // the longest prefix is tried first
	x := &shapeIndex{next: make([]uint16, 1), first: make([]uint32, 1), begins: make([]nameBytes, 1), shapes: make([]shape, 1)}
	for _, sh := range all {
		for _, first := range beginningsOf(&sh) {
			three := firstThree(first)
			h := three * hashFactor >> (32 - indexBits)
			x.next = append(x.next, x.heads[h])
			x.first = append(x.first, three)
			x.begins = append(x.begins, beginningOf(first, sh.prefix))
			x.shapes = append(x.shapes, sh)
			x.heads[h] = uint16(len(x.shapes) - 1)
		}
	}
	return x
}

// beginningOf are the first eight bytes of a shape, of which the first three are
// known, and the prefix if that is longer.
func beginningOf(three, prefix string) nameBytes {
	if len(prefix) > len(three) {
		three = prefix
	}
	var eight [8]byte
	n := copy(eight[:], three)
	return nameBytes{eightBytes(string(eight[:])), ^uint64(0) >> (64 - 8*n)}
}

// beginsWith reports whether a text that begins with eight begins as the shape does.
func (b *nameBytes) beginsWith(eight uint64) bool { return (eight^b.bytes)&b.mask == 0 }

// beginningsOf are the texts of three bytes a shape may begin with.
func beginningsOf(sh *shape) []string {
	if len(sh.prefix) >= 3 {
		return []string{sh.prefix[:3]}
	}
	var texts []string
	set := sh.parts[1].set
	for c := range 128 {
		if charsets[c]&set == 0 {
			continue
		}
		if len(sh.prefix) == 2 {
			texts = append(texts, sh.prefix+string(rune(c)))
			continue
		}
		for d := range 128 {
			if charsets[d]&set != 0 {
				texts = append(texts, sh.prefix+string(rune(c))+string(rune(d)))
			}
		}
	}
	return texts
}

// nameIndex finds the providers that go by a name, by the first three letters.
type nameIndex struct {
	heads [1 << indexBits]uint16
	next  []uint16
	keys  []nameHead // of names: close together, as most are only looked at
	first []nameBytes
	names []providerName
}

type providerName struct {
	text  string // small letters and digits only: azuresearch
	owner int    // index of providers
}

var (
	names     = indexNames()
	keyShapes = indexValues()
)

func indexNames() *nameIndex {
	x := &nameIndex{next: make([]uint16, 1), keys: make([]nameHead, 1), first: make([]nameBytes, 1), names: make([]providerName, 1)}
	for i, p := range providers {
		for _, name := range strings.Fields(p.near) {
			h := headOfName(name).hash()
			x.next = append(x.next, x.heads[h])
			x.names = append(x.names, providerName{name, i})
			x.keys = append(x.keys, headOfName(name))
			x.first = append(x.first, firstBytesOf(name))
			x.heads[h] = uint16(len(x.names) - 1)
		}
	}
	return x
}

// indexValues are the shapes of values by provider.
func indexValues() [][]shape {
	all := make([][]shape, len(providers))
	for i, p := range providers {
		all[i] = compileShapes(p.values, i)
	}
	return all
}
