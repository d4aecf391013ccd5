package fields

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/weir-otel/weir/receiver/intakereceiver/internal/jsonbody"
)

// layouts are the times that gateways write, besides numbers. Without a zone
// they are in UTC.
var layouts = []string{
	time.RFC3339Nano,
	"02/Jan/2006:15:04:05 -0700", // Apache's and NGINX's $time_local
	"2006-01-02T15:04:05.999999999",
	"2006-01-02 15:04:05.999999999Z07:00",
	"2006-01-02 15:04:05.999999999",
}

// maxUnix is the year 2200: the nanoseconds of a span's timestamp end in 2262.
const maxUnix = 7_258_118_400

// Time returns a point in time: a text of any of the layouts, or the seconds,
// milliseconds, microseconds or nanoseconds since 1970, which of them its size
// tells. A value that is none is refused under its key.
func (o Object) Time(keys ...string) (t time.Time, present bool, refusal *jsonbody.Refusal) {
	key, text := o.written(keys)
	if key == "" {
		return t, false, nil
	}
	t, ok := parseTime(strings.TrimSpace(text))
	if !ok || t.Unix() < 0 || t.Unix() >= maxUnix {
		return time.Time{}, false, &jsonbody.Refusal{
			Field: key, Reason: "is no time",
			Expected: `"2026-08-20T09:12:44Z", "20/Aug/2026:09:12:44 +0000", or seconds or milliseconds since 1970`,
		}
	}
	return t, true, nil
}

func parseTime(text string) (time.Time, bool) {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return unix(n), true
	}
	if seconds, err := strconv.ParseFloat(text, 64); err == nil && math.Abs(seconds) < 1<<62 {
		if math.Abs(seconds) >= firstMillis {
			return unix(int64(seconds)), true
		}
		return time.UnixMicro(int64(math.Round(seconds * 1e6))).UTC(), true
	}
	for _, layout := range layouts {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UTC(), true
		}
	}
	return time.Time{}, false
}

// In seconds these would be the years 5138 and later; as what they are taken
// for they begin in 1973.
const (
	firstMillis = 1e11
	firstMicros = 1e14
	firstNanos  = 1e17
)

func unix(n int64) time.Time {
	switch {
	case n >= firstNanos:
		return time.Unix(0, n).UTC()
	case n >= firstMicros:
		return time.UnixMicro(n).UTC()
	case n >= firstMillis:
		return time.UnixMilli(n).UTC()
	}
	return time.Unix(n, 0).UTC()
}
