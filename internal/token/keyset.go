package token

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/sha256"
	"errors"
	"fmt"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/json"
)

const (
	maxKeys       = 100  // of a set
	maxCandidates = 8    // keys that are tried for a token that names none
	minRSABits    = 2048 // RFC 7518, section 3.3
)

// keySet is an issuer's public keys at one time; it is never changed.
type keySet struct {
	keys []publicKey
	etag string            // of the document they come from; may be missing
	sum  [sha256.Size]byte // of that document
}

// publicKey is one key and what it may check.
type publicKey struct {
	id        string                  // kid; may be missing
	algorithm jose.SignatureAlgorithm // alg; "" for all of the key's type
	public    any                     // *rsa.PublicKey, *ecdsa.PublicKey or ed25519.PublicKey
}

// parseKeys reads a JWK set (RFC 7517). Keys that cannot be used are passed over,
// as section 5 asks; a set without any that can is an error.
func parseKeys(document []byte) ([]publicKey, error) {
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.Unmarshal(document, &set); err != nil {
		return nil, errors.New(`no JWK set, expected {"keys": […]}`)
	}
	if len(set.Keys) > maxKeys {
		return nil, fmt.Errorf("%d keys, expected at most %d", len(set.Keys), maxKeys)
	}
	var keys []publicKey
	for _, text := range set.Keys {
		var key jose.JSONWebKey
		if err := json.Unmarshal(text, &key); err != nil {
			continue
		}
		if usable(key) {
			keys = append(keys, publicKey{id: key.KeyID, algorithm: jose.SignatureAlgorithm(key.Algorithm), public: key.Key})
		}
	}
	if len(keys) == 0 {
		return nil, fmt.Errorf("no usable key among %d, expected public RSA (≥ %d bits), EC or Ed25519 keys for signatures", len(set.Keys), minRSABits)
	}
	return keys, nil
}

// usable says that a key is public, for signatures and strong enough.
func usable(key jose.JSONWebKey) bool {
	if !key.Valid() || key.Use == "enc" {
		return false
	}
	switch public := key.Key.(type) {
	case *rsa.PublicKey:
		return public.N.BitLen() >= minRSABits
	case *ecdsa.PublicKey, ed25519.PublicKey:
		return true
	}
	return false // private, symmetric or of a kind without algorithms here
}

// find returns the keys that may have signed a token with this header; known says
// that the key it names, or any for its algorithm, is there at all.
func (s *keySet) find(id string, algorithm jose.SignatureAlgorithm) (candidates []publicKey, known bool) {
	for _, key := range s.keys {
		if id != "" && key.id != id {
			continue
		}
		known = known || id != ""
		if key.serves(algorithm) && len(candidates) < maxCandidates {
			candidates = append(candidates, key)
		}
	}
	return candidates, known || len(candidates) > 0
}

// serves says whether the key is for the algorithm.
func (k publicKey) serves(algorithm jose.SignatureAlgorithm) bool {
	if k.algorithm != "" && k.algorithm != algorithm {
		return false
	}
	switch public := k.public.(type) {
	case *rsa.PublicKey:
		switch algorithm {
		case jose.RS256, jose.RS384, jose.RS512, jose.PS256, jose.PS384, jose.PS512:
			return true
		}
	case *ecdsa.PublicKey:
		return algorithm == ellipticAlgorithm(public.Curve)
	case ed25519.PublicKey:
		return algorithm == jose.EdDSA
	}
	return false
}

func ellipticAlgorithm(curve elliptic.Curve) jose.SignatureAlgorithm {
	switch curve {
	case elliptic.P256():
		return jose.ES256
	case elliptic.P384():
		return jose.ES384
	case elliptic.P521():
		return jose.ES512
	}
	return ""
}
