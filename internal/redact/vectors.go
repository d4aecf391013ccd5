package redact

import (
	"slices"
	"sync"
)

// Vector is a text as it stands in telemetry, with the part that must go. An
// empty Secret marks a near miss: one character short, a wrong checksum, a wrong
// alphabet; its text must stay as it is.
type Vector struct {
	Detector string `json:"detector"`
	Key      string `json:"key,omitempty"` // the attribute's name, where the detector needs one
	Text     string `json:"text"`
	Secret   string `json:"secret,omitempty"`
}

// Vectors returns the examples of every detector, made at run time.
func Vectors() []Vector { return slices.Clone(allVectors()) }

// allVectors are made once: some need a search for their check digits.
var allVectors = sync.OnceValue(func() []Vector { return slices.Concat(secretVectors(), piiVectors()) })
