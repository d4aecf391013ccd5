package erase

import (
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
)

// Key signs what an erasure states of the audit trail, and keys the hashes that
// stand for data subjects: without it nobody can try names against them.
type Key struct {
	signing ed25519.PrivateKey
	hashing []byte
}

// NewKey derives a Key from a signing key (see audit.LoadKey).
func NewKey(signing ed25519.PrivateKey) (*Key, error) {
	hashing, err := hkdf.Key(sha256.New, signing.Seed(), nil, "weir/erase/subject/v1", sha256.Size)
	if err != nil {
		return nil, fmt.Errorf("cannot derive the key of subjects' hashes: %w", err)
	}
	return &Key{signing: signing, hashing: hashing}, nil
}

// ID names the key.
func (k *Key) ID() string {
	sum := sha256.Sum256(k.signing.Public().(ed25519.PublicKey))
	return hex.EncodeToString(sum[:8])
}

// hash is the hex HMAC-SHA256 of an id; an address is hashed in small letters.
func (k *Key) hash(value string) string {
	if isAddress(value) {
		value = strings.ToLower(value)
	}
	sum := hmac.New(sha256.New, k.hashing)
	sum.Write([]byte(value))
	return hex.EncodeToString(sum.Sum(nil))
}

func (k *Key) hashes(s *Subject) []string {
	all := make([]string, len(s.values))
	for i, v := range s.values {
		all[i] = k.hash(v)
	}
	return all
}
