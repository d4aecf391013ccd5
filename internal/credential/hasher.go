package credential

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"sync"
	"unsafe"
)

const (
	// domain keeps these MACs apart from any other use of the same secret: the key
	// of the MAC is derived from the secret and this text.
	domain = "weir credential hash 1"

	minSecret  = 16 // bytes
	maxKeyID   = 8  // characters
	macLength  = 16 // bytes kept of the MAC: 128 bits
	hashLength = 2 * macLength
)

// Key is a secret under which credentials are hashed.
type Key struct {
	ID     string // 1 to 8 letters and digits; the hash begins with it
	Secret []byte // at least 16 bytes, random
}

// Hasher hashes credentials. It may be used by many goroutines.
type Hasher struct {
	keys []*keyedMAC // newest first
}

// keyedMAC is one key with MAC states that are ready for use.
type keyedMAC struct {
	prefix string
	states sync.Pool // of *macState
}

type macState struct {
	mac hash.Hash
	sum [sha256.Size]byte
	out [maxKeyID + 1 + hashLength]byte
}

// New returns a hasher under keys, of which the first is the newest.
func New(keys []Key) (*Hasher, error) {
	if len(keys) == 0 {
		return nil, fmt.Errorf("credentials.keys: missing, expected at least one key; make a secret with: openssl rand -hex 32")
	}
	h := &Hasher{}
	seen := map[string]bool{}
	for i, key := range keys {
		if err := key.validate(); err != nil {
			return nil, fmt.Errorf("credentials.keys[%d].%w", i, err)
		}
		if seen[key.ID] {
			return nil, fmt.Errorf("credentials.keys[%d].id: %q occurs twice, expected an id of its own for each secret", i, key.ID)
		}
		seen[key.ID] = true
		h.keys = append(h.keys, newKeyedMAC(key))
	}
	return h, nil
}

func (k Key) validate() error {
	if len(k.ID) == 0 || len(k.ID) > maxKeyID {
		return fmt.Errorf("id: %d characters, expected 1 to %d, e.g. v1", len(k.ID), maxKeyID)
	}
	for _, c := range []byte(k.ID) {
		if !isLetterOrDigit(c) {
			return fmt.Errorf("id: %q, expected letters and digits, e.g. v1", k.ID)
		}
	}
	if len(k.Secret) < minSecret {
		return fmt.Errorf("secret: %d bytes, expected at least %d; make one with: openssl rand -hex 32", len(k.Secret), minSecret)
	}
	return nil
}

func isLetterOrDigit(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}

func newKeyedMAC(key Key) *keyedMAC {
	derive := hmac.New(sha256.New, key.Secret)
	derive.Write([]byte(domain))
	derived := derive.Sum(nil)
	k := &keyedMAC{prefix: key.ID + ":"}
	k.states.New = func() any { return &macState{mac: hmac.New(sha256.New, derived)} }
	return k
}

// Hash returns raw's hash under the newest key, e.g.
// "v2:5f1c0d3a9b8e7f60123456789abcdef0".
func (h *Hasher) Hash(raw string) string {
	return h.keys[0].hash(raw)
}

// All returns raw's hash under every key, the newest first.
func (h *Hasher) All(raw string) []string {
	hashes := make([]string, len(h.keys))
	for i, key := range h.keys {
		hashes[i] = key.hash(raw)
	}
	return hashes
}

func (k *keyedMAC) hash(raw string) string {
	s := k.states.Get().(*macState)
	defer k.states.Put(s)
	s.mac.Reset()
	s.mac.Write(unsafe.Slice(unsafe.StringData(raw), len(raw))) // read only, and not kept
	sum := s.mac.Sum(s.sum[:0])
	out := append(s.out[:0], k.prefix...)
	return string(hex.AppendEncode(out, sum[:macLength]))
}
