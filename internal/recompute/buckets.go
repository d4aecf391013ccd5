package recompute

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
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

// reach is how far from each other reports of a trace may lie, in seconds, and
// are still resolved together; bucketLength is that of a bucket.
const (
	reach        = 900
	bucketLength = 300
)

// around gives the buckets and those within reach of them, sorted.
func around(buckets []uint32) []uint32 {
	near := make([]uint32, 0, len(buckets)*(2*reach/bucketLength+1))
	for _, b := range buckets {
		for at := int64(b) - reach; at <= int64(b)+reach; at += bucketLength {
			if 0 <= at && at <= math.MaxUint32 {
				near = append(near, uint32(at))
			}
		}
	}
	slices.Sort(near)
	return slices.Compact(near)
}

// numbers writes buckets for SQL.
func numbers(buckets []uint32) string {
	var text []byte
	for i, b := range buckets {
		if i > 0 {
			text = append(text, ", "...)
		}
		text = strconv.AppendUint(text, uint64(b), 10)
	}
	return string(text)
}
