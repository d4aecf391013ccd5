package redactprocessor

import (
	"math"
	"strconv"
	"strings"
	"unsafe"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/xpdata"

	"github.com/weir-otel/weir/internal/lowcode"
	"github.com/weir-otel/weir/internal/redact"
)

// maxDepth is how deep maps and slices may nest; what lies deeper is replaced.
const maxDepth = 64

// minNumber is the smallest number that a detector looks at: a bare number of
// fewer than seven digits is no id of anybody, whatever it stands under.
const minNumber = 1_000_000

// attributes redacts keys and values of a map, whose keys allowed_keys is about.
func (w *walker) attributes(at place, m pcommon.Map) {
	if w.denies {
		for key, v := range m.All() {
			if !w.allows(key) {
				w.deny(at, v)
			}
		}
	}
	w.entries(at, "", m, 0)
}

// allows reports whether a key is allowed. Those that Weir itself stamps always
// are: without them, nothing downstream knows whose record it is.
func (w *walker) allows(key string) bool {
	return lowcode.IsKey(key) || w.engine.AllowsKey(key)
}

// deny replaces a value because its key is not allowed.
func (w *walker) deny(at place, v pcommon.Value) {
	if v.Type() == pcommon.ValueTypeEmpty {
		return
	}
	value := v.AsString()
	out, match := w.engine.Deny(value)
	if match.Detector == "" { // denied before
		return
	}
	if out, changed := w.matched(at, value, out, []redact.Match{match}); changed {
		v.SetStr(out)
	}
}

// entries redacts a map. parent is the key it stands under, if everything below
// that goes: it is then the name of each value.
func (w *walker) entries(at place, parent string, m pcommon.Map, depth int) {
	var renames []renaming
	i := -1
	for key, v := range m.All() {
		i++
		name := key
		if parent != "" {
			name = parent
		}
		if text := v.Str(); text != "" { // it is one, as nearly all are: that is quicker found out than the type
			if out, changed := w.text(at, name, text); changed {
				v.SetStr(out)
			}
		} else {
			w.value(at, name, v, depth)
		}
		if w.words || !isPlainKey(key) && !isNumberedKey(key) {
			if clean, changed := w.text(at, "", key); changed {
				renames = append(renames, renaming{i, clean})
			}
		}
	}
	if len(renames) > 0 {
		rename(m, renames)
	}
}

// renaming is the position of a key that is itself a secret, and what stays of it.
type renaming struct {
	index int
	clean string
}

// rename rebuilds a map with the redacted names, in its order and in linear
// time: the keys of a pcommon.Map are searched one after another, and a sender
// may put a hundred thousand e-mail addresses into one.
func rename(m pcommon.Map, renames []renaming) {
	taken := make(map[string]struct{}, m.Len())
	i, next := 0, 0
	for key := range m.All() {
		if next < len(renames) && renames[next].index == i {
			next++
		} else {
			taken[key] = struct{}{}
		}
		i++
	}
	used := map[string]int{} // how often a redacted name has been asked for
	var b xpdata.MapBuilder
	b.EnsureCapacity(m.Len())
	i, next = 0, 0
	for key, v := range m.All() {
		if next < len(renames) && renames[next].index == i {
			key = freeName(renames[next].clean, taken, used)
			next++
		}
		v.MoveTo(b.AppendEmpty(key))
		i++
	}
	b.UnsafeIntoMap(m)
}

// freeName takes name, or else name_2, name_3, ….
func freeName(name string, taken map[string]struct{}, used map[string]int) string {
	free := name
	for _, found := taken[free]; found; _, found = taken[free] {
		used[name]++
		free = name + "_" + strconv.Itoa(used[name]+1)
	}
	taken[free] = struct{}{}
	return free
}

// value redacts one value in place. Types and nesting stay; a number that is
// redacted becomes a string.
func (w *walker) value(at place, key string, v pcommon.Value, depth int) {
	switch v.Type() {
	case pcommon.ValueTypeStr:
		if out, changed := w.text(at, key, v.Str()); changed {
			v.SetStr(out)
		}
	case pcommon.ValueTypeInt:
		w.integer(at, key, v)
	case pcommon.ValueTypeDouble:
		w.double(at, key, v)
	case pcommon.ValueTypeBytes:
		w.bytes(at, key, v)
	case pcommon.ValueTypeMap:
		if w.tooDeep(at, v, depth) {
			return
		}
		parent := ""
		if key != "" && w.engine.BlocksKey(key) {
			parent = key
		}
		w.entries(at, parent, v.Map(), depth+1)
	case pcommon.ValueTypeSlice:
		if w.tooDeep(at, v, depth) {
			return
		}
		s := v.Slice()
		for i := range s.Len() {
			w.value(at, key, s.At(i), depth+1)
		}
	}
}

func (w *walker) tooDeep(at place, v pcommon.Value, depth int) bool {
	if depth < maxDepth {
		return false
	}
	if out, changed := w.failed(at, reasonDepth, ""); changed {
		v.SetStr(out)
	}
	return true
}

// integer scans the digits: a minus sign makes no card number another one.
func (w *walker) integer(at place, key string, v pcommon.Value) {
	n := v.Int()
	if n > -minNumber && n < minNumber && !w.engine.BlocksKey(key) {
		return
	}
	magnitude := uint64(n)
	if n < 0 {
		magnitude = -magnitude
	}
	w.digits(at, key, strconv.AppendUint(w.number[:0], magnitude, 10), v)
}

// double looks at whole numbers only: a card number is no fraction.
func (w *walker) double(at place, key string, v pcommon.Value) {
	f := math.Abs(v.Double())
	if (f < minNumber || f > 1<<63 || f != math.Trunc(f)) && !w.engine.BlocksKey(key) {
		return
	}
	w.digits(at, key, strconv.AppendFloat(w.number[:0], f, 'f', -1, 64), v)
}

// digits scans a number in scratch memory: a number without a match costs no
// allocation.
func (w *walker) digits(at place, key string, digits []byte, v pcommon.Value) {
	if out, changed := w.text(at, key, unsafe.String(unsafe.SliceData(digits), len(digits))); changed {
		v.SetStr(strings.Clone(out)) // which may be a part of the scratch: keep_last
	}
}

// bytes scans a copy, which is nobody else's: pdata gives no other access.
func (w *walker) bytes(at place, key string, v pcommon.Value) {
	raw := v.Bytes().AsRaw()
	if out, changed := w.text(at, key, unsafe.String(unsafe.SliceData(raw), len(raw))); changed {
		v.Bytes().FromRaw([]byte(out))
	}
}
