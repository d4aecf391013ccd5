package redact

import (
	"encoding/binary"
	"encoding/hex"
	"hash/crc32"
	"strings"
)

// checksum is the one that stands in the last characters of a key. It is no
// function value: a call of one would move the scanner to the heap.
type checksum uint8

const (
	noSum checksum = iota
	// base62Sum is the CRC-32 of what stands behind the first underscore, in six
	// characters of base 62. GitHub and npm write it.
	base62Sum
	// grafanaSum is the CRC-32 of the whole key but the last underscore, least
	// significant byte first, in hex.
	grafanaSum
)

// length is how many characters the checksum has.
func (c checksum) length() int { return [...]int{noSum: 0, base62Sum: 6, grafanaSum: 8}[c] }

// of computes the last characters from the key without them.
func (c checksum) of(body string) string {
	if c == grafanaSum {
		sum := crc32.ChecksumIEEE([]byte(strings.TrimSuffix(body, "_")))
		return hex.EncodeToString(binary.LittleEndian.AppendUint32(nil, sum))
	}
	_, random, _ := strings.Cut(body, "_")
	return base62(crc32.ChecksumIEEE([]byte(random)))
}

func (c checksum) holds(token string) bool {
	at := len(token) - c.length()
	return c == noSum || at > 0 && c.of(token[:at]) == token[at:]
}

func base62(n uint32) string {
	const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	out := [6]byte{'0', '0', '0', '0', '0', '0'}
	for i := 5; n > 0; i-- {
		out[i] = alphabet[n%62]
		n /= 62
	}
	return string(out[:])
}
