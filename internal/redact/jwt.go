package redact

import (
	"bytes"
	"encoding/base64"
)

// maxJOSEHeader bounds how much of a token's first part is decoded.
const maxJOSEHeader = 1024

// atJWT reads header.payload.signature (JWS) or five parts (JWE) from start.
// The header must decode to JSON with alg.
func (sc *scanner) atJWT(start int) (hit, bool) {
	s := sc.s
	if !sc.e.enabled[detJWT] || start+3 > len(s) || s[start] != 'e' || s[start+1] != 'y' {
		return hit{}, false
	}
	headerEnd := wordEnd(s, start)
	if byteAt(s, headerEnd) != '.' || !isJOSE(s[start:headerEnd]) {
		return hit{}, false
	}
	parts, end := 1, headerEnd
	for parts < 5 && byteAt(s, end) == '.' {
		next := wordEnd(s, end+1)
		if next == end+1 && parts != 2 && parts != 1 {
			break
		}
		end = next
		parts++
	}
	if parts < 2 || end-start < 30 {
		return hit{}, false
	}
	return hit{start, end, detJWT}, true
}

func isJOSE(header string) bool {
	if len(header) > maxJOSEHeader {
		return false
	}
	var out [maxJOSEHeader]byte
	n, err := base64.RawURLEncoding.Decode(out[:], []byte(header))
	if err != nil {
		return false
	}
	return out[0] == '{' && bytes.Contains(out[:n], []byte(`"alg"`))
}
