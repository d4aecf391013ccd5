// Package redacttest makes values for tests of whatever must not let one
// through: a sample for every detector, and ordinary lines that hold none. They
// are put together at run time, so that no secret-shaped text stands in the
// repository.
package redacttest

import (
	"github.com/weir-otel/weir/internal/redact"
	"github.com/weir-otel/weir/internal/redact/internal/madeup"
)

// Sample is a text that holds one secret.
type Sample struct {
	Detector string
	Text     string // as it would stand in telemetry
	Secret   string // the part that must not survive
}

// Samples returns at least one sample for every detector but those that need a
// key and no text, such as sensitive_key.
func Samples() []Sample {
	var samples []Sample
	for _, v := range redact.Vectors() {
		if v.Secret != "" && v.Key == "" {
			samples = append(samples, Sample{Detector: v.Detector, Text: v.Text, Secret: v.Secret})
		}
	}
	return samples
}

// Random returns n characters of the alphabet, the same ones for the same seed.
func Random(alphabet string, n int, seed uint64) string { return madeup.Random(alphabet, n, seed) }

// Card completes a prefix with digits to n and a Luhn digit.
func Card(prefix string, n int, seed uint64) string { return madeup.Luhn(prefix, n, seed) }

// GitHubToken has a valid checksum.
func GitHubToken(prefix string, seed uint64) string { return madeup.GitHubToken(prefix, seed) }

// JWT is signed with nothing, but is well formed.
func JWT(seed uint64) string { return madeup.JWT(seed) }

// PrivateKey is a PEM block without a key in it.
func PrivateKey(seed uint64) string { return madeup.PrivateKey(seed) }
