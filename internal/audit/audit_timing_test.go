package audit_test

import (
	"testing"

	"github.com/weir-otel/weir/internal/audit"
)

func BenchmarkDigest(b *testing.B) {
	e := sampleEvent()
	var h audit.Hasher
	b.ReportAllocs()
	for b.Loop() {
		h.Digest([audit.SaltSize]byte{1}, &e)
	}
}

func BenchmarkLink(b *testing.B) {
	e := audit.Entry{Source: "weir-0123456789abcdef", Seq: 7}
	b.ReportAllocs()
	for b.Loop() {
		e.Hash = e.Link(e.Hash)
	}
}

func BenchmarkSign(b *testing.B) {
	s := audit.Statement{Source: "weir-0123456789abcdef", Kind: audit.Checkpoint}
	for b.Loop() {
		s.Sign(key)
	}
}
