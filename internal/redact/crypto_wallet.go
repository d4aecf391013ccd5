package redact

import (
	"crypto/sha256"
	"strings"

	"golang.org/x/crypto/sha3"
)

// atWallet reads a word of 26 to 62 bytes as an address of a crypto currency.
func (sc *scanner) atWallet(start, end int) (hit, bool) {
	word := sc.s[start:end]
	switch word[0] {
	case '0':
		if len(word) == 42 && word[1]|0x20 == 'x' && sc.isEthereum(start, word[2:]) {
			return sc.found(start, end, detEthereum)
		}
	case '1', '3':
		if len(word) <= 35 && isBase58Check(word) {
			return sc.found(start, end, detBitcoin)
		}
	case 'b', 'B', 't', 'T':
		if hasFold(word, "bc1") && isBech32(word, "bc") || hasFold(word, "tb1") && isBech32(word, "tb") {
			return sc.found(start, end, detBitcoin)
		}
	}
	return hit{}, false
}

const base58Alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"

var base58Values = func() (table [256]byte) {
	for i := range table {
		table[i] = 0xff
	}
	for i := range len(base58Alphabet) {
		table[base58Alphabet[i]] = byte(i)
	}
	return table
}()

// isBase58Check decodes 25 bytes, the last four of which are a double SHA-256 of
// the others.
func isBase58Check(word string) bool {
	var decoded [25]byte
	for i := range len(word) {
		carry := uint32(base58Values[word[i]])
		if carry == 0xff {
			return false
		}
		for j := len(decoded) - 1; j >= 0; j-- {
			carry += uint32(decoded[j]) * 58
			decoded[j] = byte(carry)
			carry >>= 8
		}
		if carry != 0 {
			return false
		}
	}
	if decoded[0] != 0 && decoded[0] != 5 { // the versions of the main network
		return false
	}
	sum := sha256.Sum256(decoded[:21])
	sum = sha256.Sum256(sum[:])
	return string(sum[:4]) == string(decoded[21:])
}

// isBech32 verifies the checksum of BIP 173 or, for later versions, BIP 350.
func isBech32(word, network string) bool {
	const alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
	if len(word) < 14 || len(word) > 74 {
		return false
	}
	sum := uint32(1)
	step := func(v byte) {
		top := sum >> 25
		sum = (sum&0x1ffffff)<<5 ^ uint32(v)
		for i, generator := range [5]uint32{0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3} {
			if top>>i&1 != 0 {
				sum ^= generator
			}
		}
	}
	for i := range len(network) {
		step(network[i] >> 5)
	}
	step(0)
	for i := range len(network) {
		step(network[i] & 31)
	}
	upper, small := false, false
	for i := len(network) + 1; i < len(word); i++ {
		c := word[i]
		upper, small = upper || isUpper(c), small || c >= 'a'
		v := strings.IndexByte(alphabet, c|0x20)
		if isDigit(c) {
			v = strings.IndexByte(alphabet, c)
		}
		if v < 0 {
			return false
		}
		step(byte(v))
	}
	return !(upper && small) && (sum == 1 || sum == 0x2bc830a3)
}

// isEthereum accepts 40 hexadecimal digits whose capitals are the checksum of
// EIP-55; in one case they are any hash, and a word must say what they are.
func (sc *scanner) isEthereum(start int, body string) bool {
	upper, small := false, false
	for i := range len(body) {
		c := body[i]
		if !isHex(c) {
			return false
		}
		upper, small = upper || isUpper(c), small || c >= 'a'
	}
	if !upper || !small {
		about := sc.contextOf(start)
		return about.near.has(ctxWallet)
	}
	var lowered [40]byte
	for i := range lowered {
		lowered[i] = body[i] | 0x20
	}
	hash := sha3.NewLegacyKeccak256()
	hash.Write(lowered[:]) //nolint:errcheck // a hash returns none
	var sum [32]byte
	hash.Sum(sum[:0])
	for i := range len(body) {
		if c := body[i]; !isDigit(c) && isUpper(c) != (sum[i/2]>>(4-4*(i%2))&15 >= 8) {
			return false
		}
	}
	return true
}
