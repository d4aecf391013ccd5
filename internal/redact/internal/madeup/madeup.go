// Package madeup puts together values that have the form of secrets and numbers
// without being anybody's. They exist at run time only, so that no secret-shaped
// text stands in the repository.
package madeup

import (
	"encoding/base64"
	"hash/crc32"
	"strings"
)

// Alphabets of Random.
const (
	Lower  = "abcdefghijklmnopqrstuvwxyz"
	Upper  = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	Digits = "0123456789"
	Alnum  = Upper + Lower + Digits
	Hex    = Digits + "abcdef"
	Base32 = Upper + "234567"
	base62 = Digits + Upper + Lower
)

// Random returns n characters of the alphabet, the same ones for the same seed.
func Random(alphabet string, n int, seed uint64) string {
	var b strings.Builder
	for range n {
		seed = seed*6364136223846793005 + 1442695040888963407
		b.WriteByte(alphabet[(seed>>33)%uint64(len(alphabet))])
	}
	return b.String()
}

// Luhn completes a prefix with digits to n, the last of which is the check digit
// of ISO/IEC 7812-1.
func Luhn(prefix string, n int, seed uint64) string {
	number := prefix + Random(Digits, n-1-len(prefix), seed)
	sum := 0
	for i := range len(number) {
		d := int(number[len(number)-1-i] - '0')
		if i%2 == 0 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return number + string(rune('0'+(10-sum%10)%10))
}

// GitHubToken has a valid checksum: the CRC-32 of its 30 random characters, in
// base 62.
func GitHubToken(prefix string, seed uint64) string {
	body := Random(Alnum, 30, seed)
	sum, tail := crc32.ChecksumIEEE([]byte(body)), [6]byte{'0', '0', '0', '0', '0', '0'}
	for i := 5; sum > 0; i-- {
		tail[i] = base62[sum%62]
		sum /= 62
	}
	return prefix + "_" + body + string(tail[:])
}

// JWT is signed with nothing, but is well formed.
func JWT(seed uint64) string {
	enc := base64.RawURLEncoding.EncodeToString
	return enc([]byte(`{"alg":"HS256","typ":"JWT"}`)) + "." + enc([]byte(`{"sub":"`+Random(Alnum, 12, seed)+`"}`)) + "." + Random(Alnum, 43, seed)
}

// PrivateKey is a PEM block without a key in it.
func PrivateKey(seed uint64) string {
	dashes := strings.Repeat("-", 5)
	return dashes + "BEGIN RSA PRIVATE " + "KEY" + dashes + "\n" + Random(Alnum, 64, seed) + "\n" + dashes + "END RSA PRIVATE " + "KEY" + dashes
}
