package token

import (
	"fmt"
	"time"
)

// maxSeconds is the end of the year 9999, the last that a time can be written in.
const maxSeconds = 253_402_300_799

// reader reads registered claims and keeps the first error.
type reader struct {
	object map[string]any
	err    error
}

func (r *reader) fail(name, expected string) {
	if r.err == nil {
		r.err = fmt.Errorf("claim %s: expected %s", name, expected)
	}
}

// text reads a string; a missing claim is "".
func (r *reader) text(name string) string {
	value, found := r.object[name]
	if !found {
		return ""
	}
	text, ok := value.(string)
	if !ok {
		r.fail(name, "a string")
	}
	return text
}

// audience reads aud: one string or several.
func (r *reader) audience() []string {
	switch value := r.object["aud"].(type) {
	case nil:
		return nil
	case string:
		return []string{value}
	case []any:
		if texts, ok := allTexts(value); ok {
			return texts
		}
	}
	r.fail("aud", "a string or an array of strings")
	return nil
}

// time reads a NumericDate: seconds since 1970, perhaps with a fraction.
func (r *reader) time(name string) time.Time {
	value, found := r.object[name]
	if !found {
		return time.Time{}
	}
	seconds, ok := value.(float64)
	if !ok || seconds < 0 || seconds > maxSeconds {
		r.fail(name, "seconds since 1970 as a number")
		return time.Time{}
	}
	whole := int64(seconds)
	return time.Unix(whole, int64((seconds-float64(whole))*float64(time.Second))).UTC()
}

// allTexts returns values as strings, if all of them are.
func allTexts(values []any) ([]string, bool) {
	texts := make([]string, len(values))
	for i, value := range values {
		text, ok := value.(string)
		if !ok {
			return nil, false
		}
		texts[i] = text
	}
	return texts, true
}
