package token

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"fmt"
	"sync"
	"time"
	"unsafe"

	lru "github.com/hashicorp/golang-lru/v2"
)

// verdict is what is known of a token, whatever the time.
type verdict struct {
	state  State   // Valid with claims: the time decides; otherwise as it is
	claims *Claims // nil unless the signature is right
	issuer *issuer // nil when the verdict does not depend on keys
	keys   *keySet // those it was checked with

	keyless bool   // none of the keys is the one that the token names
	since   uint64 // keyring.begun when that was first seen
}

// stale says that the token is to be checked again: the issuer has other keys
// now, or has to have them.
func (v verdict) stale() bool {
	return v.keyless || v.issuer != nil && v.issuer.keys.current.Load() != v.keys
}

// at returns the verdict at a time. RFC 7519: not on or after exp, not before nbf.
func (v verdict) at(now time.Time, leeway time.Duration) (*Claims, State) {
	switch {
	case v.claims == nil:
		return nil, v.state
	case !now.Before(v.claims.Expires.Add(leeway)):
		return nil, Expired
	case now.Add(leeway).Before(v.claims.NotBefore):
		return nil, NotYetValid
	}
	return v.claims, Valid
}

// cache remembers verdicts by a tag of the token, never the token. Verified tokens
// have room of their own, so that a flood of others does not push them out.
//
// A forged token must not be taken for one that was verified, so the tag has to
// be free of collisions for somebody who chooses tokens at will. It is a GMAC:
// AES-GCM with nothing to encrypt and the token as additional data, under a random
// key of this process. For any two tokens that somebody without the key chooses,
// the tags are equal with a probability of at most 1025/2¹²⁸ (one more than the
// blocks of the longest token; GHASH is a polynomial of that degree at a secret
// point), so a billion guesses against a million entries succeed with less than
// one in 10²⁰. The nonce is constant: that would give the key away to
// who sees tags, and no tag leaves this process. SHA-256 would serve as well at
// five times the price; hash/maphash would not, as it promises nothing against
// chosen input.
type cache struct {
	mac      cipher.AEAD
	tags     sync.Pool // of *tag: scratch space
	verified *lru.Cache[tag, verdict]
	others   *lru.Cache[tag, verdict]
}

type tag [16]byte

// nonce is the same for all tokens: equal tokens need equal tags.
var nonce [12]byte

func newCache(size int) (*cache, error) {
	var key [16]byte
	if _, err := rand.Read(key[:]); err != nil {
		return nil, fmt.Errorf("cannot make a key for the token cache: %w", err)
	}
	block, err := aes.NewCipher(key[:])
	if err != nil {
		return nil, fmt.Errorf("cannot make the token cache: %w", err)
	}
	mac, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("cannot make the token cache: %w", err)
	}
	verified, err := lru.New[tag, verdict](size)
	if err != nil {
		return nil, fmt.Errorf("cannot make the token cache: %w", err)
	}
	others, err := lru.New[tag, verdict](size)
	if err != nil {
		return nil, fmt.Errorf("cannot make the token cache: %w", err)
	}
	c := &cache{mac: mac, verified: verified, others: others}
	c.tags.New = func() any { return new(tag) }
	return c, nil
}

// key returns raw's tag.
func (c *cache) key(raw string) tag {
	scratch := c.tags.Get().(*tag)
	defer c.tags.Put(scratch)
	text := unsafe.Slice(unsafe.StringData(raw), len(raw)) // read only, and not kept
	c.mac.Seal(scratch[:0], nonce[:], nil, text)           //nolint:gosec // G407: see cache
	return *scratch
}

// get returns what was found out about a token, which may be stale.
func (c *cache) get(key tag) (verdict, bool) {
	found, ok := c.verified.Get(key)
	if !ok {
		found, ok = c.others.Get(key)
	}
	return found, ok
}

// add remembers a verdict in place of an older one.
func (c *cache) add(key tag, v verdict) {
	if v.claims != nil {
		c.others.Remove(key)
		c.verified.Add(key, v)
		return
	}
	c.verified.Remove(key)
	c.others.Add(key, v)
}
