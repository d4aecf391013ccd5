package rows

import (
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
)

// latest is the last time that partitions and TTLs, which count days in 16
// bits, can carry with every retention. DateTime64 itself would wrap silently
// in 2262.
var latest = time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC).UnixNano()

// bucketSeconds is the width of the smallest rollup.
const bucketSeconds = 300

// storable gives nanoseconds that ClickHouse stores as they are. A missing or
// impossible time becomes fallback or the latest possible one; changed says so.
func storable(t pcommon.Timestamp, fallback int64) (ns int64, changed bool) {
	switch {
	case t == 0:
		return min(fallback, latest), true
	case uint64(t) > uint64(latest):
		return latest, true
	default:
		return int64(t), false
	}
}

// bucketOf is the start of the 5-minute bucket, in unix seconds.
func bucketOf(ns int64) uint32 {
	seconds := ns / int64(time.Second)
	return uint32(seconds - seconds%bucketSeconds)
}
