package redact

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"strings"

	"github.com/tink-crypto/tink-go/v2/daead/subtle"
)

const (
	// checkLength is a CRC-32 in base64url.
	checkLength = 6
	// minSealed is the shortest body: the 16 bytes of the SIV and the check.
	minSealed = 22 + checkLength
)

// sealKey seals values with AES-SIV (RFC 5297): deterministic, so that equal
// values stay equal, and authenticated.
type sealKey struct {
	id    string
	aead  *subtle.AESSIV
	audit []byte // names a sealed value in an audit log
}

// sealKeys are all that open; the first one seals.
type sealKeys []sealKey

var errNoSealKey = errors.New("there is no seal key")

func newSealKeys(keys []Key) (sealKeys, error) {
	var out sealKeys
	for _, k := range keys {
		secret, err := k.derive("seal", subtle.AESSIVKeySize)
		if err != nil {
			return nil, fmt.Errorf("cannot use seal key %s: its secret %w", k.ID, err)
		}
		aead, err := subtle.NewAESSIV(secret)
		if err != nil {
			return nil, fmt.Errorf("cannot use seal key %s: %w", k.ID, err)
		}
		audit, err := k.derive("audit", sha256.Size)
		if err != nil {
			return nil, fmt.Errorf("cannot use seal key %s: %w", k.ID, err)
		}
		out = append(out, sealKey{id: k.ID, aead: aead, audit: audit})
	}
	return out, nil
}

// associated binds a sealed value to its label and its key.
func associated(label, keyID string) []byte {
	return []byte("weir/redact/v1\x00" + label + "\x00" + keyID)
}

// seal appends <LABEL:enc:id:…>. The detector's name is sealed with the value:
// many detectors share a label.
func (keys sealKeys) seal(dst []byte, r *replacer, match string) ([]byte, error) {
	if len(keys) == 0 {
		return dst, errNoSealKey
	}
	k := keys[0]
	plain := make([]byte, 0, len(r.detector)+1+len(match))
	plain = append(append(append(plain, r.detector...), 0), match...)
	sealed, err := k.aead.EncryptDeterministically(plain, associated(r.label, k.id))
	if err != nil {
		return dst, fmt.Errorf("cannot seal a value of %d bytes: %w", len(match), err)
	}
	from := len(dst)
	dst = append(append(append(dst, '<'), r.label...), ":"+sealedMark+":"...)
	dst = append(append(dst, k.id...), ':')
	dst = base64.RawURLEncoding.AppendEncode(dst, sealed)
	check := checkOf(string(dst[from:]))
	return append(append(dst, check...), '>'), nil
}

// checkOf is the CRC-32C of a mark up to its check. It keeps anything else from
// looking like a mark by chance; who opens it has the SIV.
func checkOf(mark string) string {
	sum := crc32.Checksum([]byte(mark), crc32.MakeTable(crc32.Castagnoli))
	return base64.RawURLEncoding.EncodeToString([]byte{byte(sum >> 24), byte(sum >> 16), byte(sum >> 8), byte(sum)})
}

// Sealed is one sealed value in a text.
type Sealed struct {
	Start, End  int
	Label       string
	KeyID       string
	Detector    string // empty if it cannot be opened
	Value       string
	Fingerprint string // names the sealed value in an audit log, keyed
	Err         error  // why it cannot be opened
}

var (
	errUnknownKey = errors.New("seal_keys has no key of this id")
	errNotSealed  = errors.New("the seal is broken: it was changed, or sealed with another secret of this id")
)

// Unseal finds every sealed value in text and opens it. The caller audits each
// before it shows one.
func (e *Engine) Unseal(text string) []Sealed {
	var found []Sealed
	for i := strings.IndexByte(text, '<'); i >= 0 && i < len(text); {
		end := e.sealedMarkEnd(text, i)
		if end > 0 {
			found = append(found, e.seals.open(text, i, end))
			i = end
		} else {
			i++
		}
		next := strings.IndexByte(text[i:], '<')
		if next < 0 {
			break
		}
		i += next
	}
	return found
}

// sealedMarkEnd accepts any label: a mark of another policy's pattern opens too.
func (e *Engine) sealedMarkEnd(s string, i int) int {
	end := labelEnd(s, i+1)
	if end < i+3 || !strings.HasPrefix(s[end:], ":"+sealedMark+":") {
		return 0
	}
	return sealedEnd(s, i, end+len(sealedMark)+2)
}

func (keys sealKeys) open(text string, start, end int) Sealed {
	fields := strings.SplitN(text[start+1:end-1], ":", 4)
	s := Sealed{Start: start, End: end, Label: fields[0], KeyID: fields[2], Err: errUnknownKey}
	for _, k := range keys {
		if k.id != s.KeyID {
			continue
		}
		sum := hmac.New(sha256.New, k.audit)
		sum.Write([]byte(text[start:end]))
		s.Fingerprint = hex.EncodeToString(sum.Sum(nil)[:16])
		s.Err = errNotSealed
		body, err := base64.RawURLEncoding.DecodeString(fields[3][:len(fields[3])-checkLength])
		if err != nil {
			return s
		}
		plain, err := k.aead.DecryptDeterministically(body, associated(s.Label, k.id))
		if err != nil {
			return s
		}
		detector, value, ok := strings.Cut(string(plain), "\x00")
		if ok {
			s.Detector, s.Value, s.Err = detector, value, nil
		}
	}
	return s
}
