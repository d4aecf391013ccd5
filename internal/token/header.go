package token

import (
	"encoding/base64"
	"strings"

	"github.com/go-jose/go-jose/v4/json"
)

// header is the part of a JOSE header that decides whether a token is looked at.
type header struct {
	Algorithm string          `json:"alg"`
	Critical  json.RawMessage `json:"crit"`
	Base64    json.RawMessage `json:"b64"`
}

// readHeader reads the first part of a compact JWT; ok says that it is one.
func readHeader(raw string) (h header, ok bool) {
	first, _, _ := strings.Cut(raw, ".")
	decoded, err := base64.RawURLEncoding.DecodeString(first)
	if err != nil {
		return header{}, false
	}
	err = json.Unmarshal(decoded, &h)
	return h, err == nil && h.Algorithm != ""
}

// extends says that the header asks for more than RFC 7515 alone: extensions that
// must be understood, or a payload in another encoding, which a JWT never has
// (RFC 7797, section 7).
func (h header) extends() bool {
	return h.Critical != nil || h.Base64 != nil
}

// canonical says that raw is written in the one way there is to write it. Go's
// decoder passes over line ends and, unless strict, unused bits; who holds one good
// token could make thousands of it, each of which is checked and cached anew.
func canonical(raw string) bool {
	for part := range strings.SplitSeq(raw, ".") {
		if _, err := base64.RawURLEncoding.Strict().DecodeString(part); err != nil {
			return false
		}
	}
	return !strings.ContainsAny(raw, "\r\n")
}
