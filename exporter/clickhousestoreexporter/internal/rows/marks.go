package rows

import (
	"bytes"
	"unicode/utf8"

	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/weir-otel/weir/internal/lowcode"
)

// marks say what of a row is not as the sender had it. They become attributes.
type marks struct {
	clamped  bool // a time, to what ClickHouse can store
	replaced bool // text, by U+FFFD
}

// clamp gives nanoseconds that ClickHouse stores as they are. 0, no time, stays 0.
func (m *marks) clamp(t pcommon.Timestamp) int64 {
	if uint64(t) > uint64(latest) {
		m.clamped = true
		return latest
	}
	return int64(t)
}

// written notes what became of a value in JSON.
func (m *marks) written(json []byte, v pcommon.Value) {
	if m != nil && bytes.Contains(json, []byte("\ufffd")) && !valid(v) {
		m.replaced = true
	}
}

// keys are the attributes of the marks that are not in attrs.
func (m *marks) keys(attrs pcommon.Map) []string {
	var keys []string
	for _, mark := range []struct {
		set bool
		key string
	}{{m.clamped, lowcode.KeyTimeClamped}, {m.replaced, lowcode.KeyTextReplaced}} {
		if _, there := attrs.Get(mark.key); mark.set && !there {
			keys = append(keys, mark.key)
		}
	}
	return keys
}

// valid says whether all text in v is UTF-8.
func valid(v pcommon.Value) bool {
	switch v.Type() {
	case pcommon.ValueTypeStr:
		return utf8.ValidString(v.Str())
	case pcommon.ValueTypeSlice:
		for _, element := range v.Slice().All() {
			if !valid(element) {
				return false
			}
		}
	case pcommon.ValueTypeMap:
		for key, value := range v.Map().All() {
			if !utf8.ValidString(key) || !valid(value) {
				return false
			}
		}
	}
	return true
}
