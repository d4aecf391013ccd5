package redact

import (
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
)

// Secret is a configuration value that is never printed, marshaled or logged.
type Secret string

const hiddenSecret = "[REDACTED]"

// String hides the secret.
func (Secret) String() string { return hiddenSecret }

// GoString hides the secret from %#v.
func (Secret) GoString() string { return `"` + hiddenSecret + `"` }

// MarshalText hides the secret from JSON, YAML and confmap.
func (Secret) MarshalText() ([]byte, error) { return []byte(hiddenSecret), nil }

// Key is a named secret. Its id stands in every token or sealed value made
// with it.
type Key struct {
	// ID is a-z and 0-9, a letter first, at most 8 characters.
	ID string `mapstructure:"id" yaml:"id"`
	// Secret is at least 32 bytes in base64 or hex, or a text of at least 32
	// characters: openssl rand -base64 32.
	Secret Secret `mapstructure:"secret" yaml:"secret"`
}

const (
	// maxKeyID is short, so that a key id in a mark has no room for a secret.
	maxKeyID = 8
	// minKeyBytes is the length of the hash: RFC 2104 section 3.
	minKeyBytes = 32
	// minDistinct keeps out what a hand typed to get the length.
	minDistinct = 8
)

func (k Key) validate() error {
	if keyIDEnd(k.ID, 0) != len(k.ID) || k.ID == sealedMark {
		return fmt.Errorf("has the \"id\" %q: expected a-z and 0-9, a letter first, at most %d characters, and not %s", k.ID, maxKeyID, sealedMark)
	}
	if _, err := k.material(); err != nil {
		return fmt.Errorf("(%s) has a \"secret\" that %w", k.ID, err)
	}
	return nil
}

// material decodes the secret. Its errors say nothing of what stands there.
func (k Key) material() ([]byte, error) {
	text := strings.TrimSpace(string(k.Secret))
	if text == "" {
		return nil, errors.New("is empty: expected the output of `openssl rand -base64 32`; if it is ${env:…}, set the variable")
	}
	if strings.HasPrefix(text, "${") {
		return nil, errors.New("was not replaced: expected ${env:NAME} with NAME in the environment, or the key itself")
	}
	material := decodeKey(text)
	if len(material) < minKeyBytes {
		return nil, fmt.Errorf("is %d characters long: expected at least %d bytes in base64 or hex, or a text of at least %d characters; `openssl rand -base64 32` makes one",
			len(text), minKeyBytes, minKeyBytes)
	}
	var seen [256]bool
	distinct := 0
	for _, c := range material {
		if !seen[c] {
			seen[c] = true
			distinct++
		}
	}
	if distinct < minDistinct {
		return nil, fmt.Errorf("has only %d different bytes: expected a random one; `openssl rand -base64 32` makes one", distinct)
	}
	return material, nil
}

// decodeKey takes hex or base64 of enough bytes, else the text itself.
func decodeKey(text string) []byte {
	if raw, err := hex.DecodeString(text); err == nil && len(raw) >= minKeyBytes {
		return raw
	}
	for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.RawStdEncoding, base64.URLEncoding, base64.RawURLEncoding} {
		if raw, err := encoding.DecodeString(text); err == nil && len(raw) >= minKeyBytes {
			return raw
		}
	}
	return []byte(text)
}

// derive makes a key for one purpose, so that one secret can serve two.
func (k Key) derive(purpose string, size int) ([]byte, error) {
	material, err := k.material()
	if err != nil {
		return nil, err
	}
	key, err := hkdf.Key(sha256.New, material, nil, "weir/redact/v1/"+purpose, size)
	if err != nil {
		return nil, fmt.Errorf("cannot derive the %s key %s: %w", purpose, k.ID, err)
	}
	return key, nil
}

// keyIDEnd returns the end of a key's id that begins at i, or i.
func keyIDEnd(s string, i int) int {
	if i >= len(s) || s[i] < 'a' || s[i] > 'z' {
		return i
	}
	end := i + 1
	for end < len(s) && end-i < maxKeyID && isLowerOrDigit(s[end]) {
		end++
	}
	return end
}
