package redactprocessor

import (
	"encoding/binary"
	"unsafe"
)

// isPlainKey knows keys that no detector can match: small letters, underscores,
// dots, dashes and slashes. There are twenty in a span, and nearly all are
// plain: eight bytes are looked at in one go.
func isPlainKey(key string) bool {
	const word = 8
	if len(key) < word {
		return isPlainShortKey(key)
	}
	text := unsafe.Slice(unsafe.StringData(key), len(key))
	special := uint64(0)
	for i := 0; i+word <= len(text); i += word {
		special |= specialBytes(binary.LittleEndian.Uint64(text[i:]))
	}
	special |= specialBytes(binary.LittleEndian.Uint64(text[len(text)-word:])) // the rest, and some again
	return special == 0
}

func isPlainShortKey(key string) bool {
	for i := range len(key) {
		if !isPlainByte(key[i]) {
			return false
		}
	}
	return true
}

// isPlainByte takes what stands around the small letters in ASCII, _ ` { | } ~,
// for plain too: it begins and divides nothing.
func isPlainByte(c byte) bool { return (c >= '_' && c < 0x80) || (c >= '-' && c <= '/') }

// specialBytes sets the highest bit of each byte that is not plain. A byte of
// less than 0x80 plus 0x80-c has that bit if it is at least c; one of 0x80 and
// more, which would carry into its neighbour, is special itself.
func specialBytes(x uint64) uint64 {
	const ones = 0x0101010101010101
	letter := x + ones*(0x80-'_')
	join := (x + ones*(0x80-'-')) &^ (x + ones*(0x7f-'/'))
	return (x | ^(letter | join)) & (ones * 0x80)
}
