package rows

import (
	"encoding/binary"

	"go.opentelemetry.io/collector/pdata/pcommon"
)

// FNV-1a, 64 bits, then mixed: hashes go into the database, so they must stay
// the same in every version and on every machine.
const (
	fnvOffset = 14695981039346656037
	fnvPrime  = 1099511628211
)

func hashString(h uint64, s string) uint64 {
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * fnvPrime
	}
	return h
}

func hashBytes(h uint64, b []byte) uint64 {
	for _, c := range b {
		h = (h ^ uint64(c)) * fnvPrime
	}
	return h
}

// mix spreads the bits of h (the finalizer of splitmix64).
func mix(h uint64) uint64 {
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>27) * 0x94d049bb133111eb
	return h ^ h>>31
}

// traceKey groups the reports that are resolved together: those of a trace, or
// of one call where there is no trace.
func traceKey(id pcommon.TraceID, callKey []byte) uint64 {
	if id.IsEmpty() {
		return mix(hashBytes(fnvOffset, callKey))
	}
	return mix(binary.BigEndian.Uint64(id[:8])) ^ mix(binary.BigEndian.Uint64(id[8:])+0x9e3779b97f4a7c15)
}
