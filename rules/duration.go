package rules

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

const day = 24 * time.Hour

// Duration is written as in Go, or in days: 90m, 1h, 28d.
type Duration time.Duration

// Expected says how durations are written.
func (Duration) Expected() string { return "a duration, e.g. 1h or 28d" }

// UnmarshalText implements encoding.TextUnmarshaler.
func (d *Duration) UnmarshalText(text []byte) error {
	s := string(text)
	if days, ok := strings.CutSuffix(s, "d"); ok {
		n, err := strconv.ParseUint(days, 10, 16)
		if err != nil {
			return fmt.Errorf("%q is no duration, expected e.g. 1h or 28d", s)
		}
		*d = Duration(time.Duration(n) * day)
		return nil
	}
	parsed, err := time.ParseDuration(s)
	if err != nil {
		return fmt.Errorf("%q is no duration, expected e.g. 1h or 28d", s)
	}
	*d = Duration(parsed)
	return nil
}

// MarshalText implements encoding.TextMarshaler.
func (d Duration) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// String is "28d", "24h", "1h" or "1h30m".
func (d Duration) String() string {
	t := time.Duration(d)
	if t > 0 && t%day == 0 && t > day {
		return strconv.Itoa(int(t/day)) + "d"
	}
	s := t.String()
	s = strings.TrimSuffix(s, "0s")
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	if s == "" {
		return "0s"
	}
	return s
}
