package recompute

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
)

var errBuckets = errors.New("list of buckets is damaged")

// AppendBuckets writes 5-minute buckets (unix seconds) the way a segment's
// records carry them: sorted, as uvarint differences.
func AppendBuckets(dst []byte, buckets map[uint32]struct{}) []byte {
	if len(buckets) == 0 {
		return dst
	}
	sorted := make([]uint32, 0, len(buckets))
	for b := range buckets {
		sorted = append(sorted, b)
	}
	slices.Sort(sorted)
	var last uint32
	for _, b := range sorted {
		dst = binary.AppendUvarint(dst, uint64(b-last))
		last = b
	}
	return dst
}

// ParseBuckets reads what AppendBuckets wrote into the set.
func ParseBuckets(data []byte, into map[uint32]struct{}) error {
	var last uint64
	for len(data) > 0 {
		difference, n := binary.Uvarint(data)
		if n <= 0 || difference > 1<<32-1 || last+difference > 1<<32-1 {
			return fmt.Errorf("cannot parse changed buckets: %w", errBuckets)
		}
		last += difference
		into[uint32(last)] = struct{}{}
		data = data[n:]
	}
	return nil
}
