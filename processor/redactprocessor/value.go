package redactprocessor

import (
	"context"
	"math"
	"strconv"

	"go.opentelemetry.io/collector/pdata/pcommon"
)

// maxDepth is how deep maps and slices may nest; what lies deeper is replaced.
const maxDepth = 64

// minNumber is the smallest number a detector can match: nine digits.
const minNumber = 100_000_000

// attributes redacts keys and values of a map.
func (r *redactor) attributes(ctx context.Context, place string, m pcommon.Map) {
	r.mapValue(ctx, place, "", m, 0)
}

// mapValue redacts a map. parent is the key it stands under: when that key is
// blocked, everything below is.
func (r *redactor) mapValue(ctx context.Context, place, parent string, m pcommon.Map, depth int) {
	inherit := parent != "" && r.engine.BlocksKey(parent)
	var renames []renaming
	m.Range(func(key string, v pcommon.Value) bool {
		name := key
		if inherit {
			name = parent
		}
		r.value(ctx, place, name, v, depth)
		if !isPlainKey(key) {
			if clean, changed := r.text(ctx, place, "", key); changed {
				renames = append(renames, renaming{key, clean})
			}
		}
		return true
	})
	if len(renames) > 0 {
		rename(m, renames)
	}
}

// renaming is a key that is itself a secret, and what stays of it.
type renaming struct{ key, clean string }

// rename moves values to the redacted names of their keys. It goes through a Go
// map: the keys of a pcommon.Map are searched one after another, and a sender
// may put a hundred thousand e-mail addresses into one.
func rename(m pcommon.Map, renames []renaming) {
	raw := m.AsRaw()
	used := map[string]int{} // how often a redacted name has been asked for
	for _, one := range renames {
		value, found := raw[one.key]
		if !found { // the key was there twice
			continue
		}
		delete(raw, one.key)
		name := one.clean
		for _, taken := raw[name]; taken; _, taken = raw[name] {
			used[one.clean]++
			name = one.clean + "_" + strconv.Itoa(used[one.clean]+1)
		}
		raw[name] = value
	}
	if err := m.FromRaw(raw); err != nil { // not of what AsRaw gave; but nothing passes that is not clean
		m.Clear()
	}
}

// isPlainKey knows keys that no detector can match: lower case, dots, joins.
func isPlainKey(key string) bool {
	var special uint8 // gathered without a branch a byte
	for i := range len(key) {
		special |= unusual[key[i]]
	}
	return special == 0
}

var unusual = func() (table [256]uint8) {
	for c := range table {
		if (c < 'a' || c > 'z') && c != '.' && c != '_' && c != '-' {
			table[c] = 1
		}
	}
	return table
}()

// value redacts one value in place. Types and nesting stay; a number that is
// redacted becomes a string.
func (r *redactor) value(ctx context.Context, place, key string, v pcommon.Value, depth int) {
	switch v.Type() {
	case pcommon.ValueTypeStr:
		if out, changed := r.text(ctx, place, key, v.Str()); changed {
			v.SetStr(out)
		}
	case pcommon.ValueTypeInt:
		r.integer(ctx, place, key, v)
	case pcommon.ValueTypeDouble:
		r.double(ctx, place, key, v)
	case pcommon.ValueTypeBytes:
		r.bytes(ctx, place, key, v)
	case pcommon.ValueTypeMap:
		if r.tooDeep(ctx, place, v, depth) {
			return
		}
		r.mapValue(ctx, place, key, v.Map(), depth+1)
	case pcommon.ValueTypeSlice:
		if r.tooDeep(ctx, place, v, depth) {
			return
		}
		s := v.Slice()
		for i := range s.Len() {
			r.value(ctx, place, key, s.At(i), depth+1)
		}
	}
}

func (r *redactor) tooDeep(ctx context.Context, place string, v pcommon.Value, depth int) bool {
	if depth < maxDepth {
		return false
	}
	if out, changed := r.failed(ctx, place, "depth", ""); changed {
		v.SetStr(out)
	}
	return true
}

func (r *redactor) integer(ctx context.Context, place, key string, v pcommon.Value) {
	n := v.Int()
	if n < minNumber && (n < 0 || !r.engine.BlocksKey(key)) {
		return
	}
	if out, changed := r.text(ctx, place, key, strconv.FormatInt(n, 10)); changed {
		v.SetStr(out)
	}
}

// double looks at whole numbers only: a card number is no fraction.
func (r *redactor) double(ctx context.Context, place, key string, v pcommon.Value) {
	f := v.Double()
	if f < 0 || f > 1<<63 || f != math.Trunc(f) {
		if !r.engine.BlocksKey(key) {
			return
		}
	} else if f < minNumber && !r.engine.BlocksKey(key) {
		return
	}
	if out, changed := r.text(ctx, place, key, strconv.FormatFloat(f, 'f', -1, 64)); changed {
		v.SetStr(out)
	}
}

func (r *redactor) bytes(ctx context.Context, place, key string, v pcommon.Value) {
	if out, changed := r.text(ctx, place, key, string(v.Bytes().AsRaw())); changed {
		v.Bytes().FromRaw([]byte(out))
	}
}

// set redacts a string that is reached through a getter and a setter.
func (r *redactor) set(ctx context.Context, place, value string, setter func(string)) {
	if out, changed := r.text(ctx, place, "", value); changed {
		setter(out)
	}
}

// resource and scope are shared by all signals.
func (r *redactor) resource(ctx context.Context, resource pcommon.Resource) {
	r.try(func(r *redactor) { r.attributes(ctx, "resource", resource.Attributes()) })
}

func (r *redactor) scope(ctx context.Context, scope pcommon.InstrumentationScope) {
	r.try(func(r *redactor) {
		r.set(ctx, "scope", scope.Name(), scope.SetName)
		r.set(ctx, "scope", scope.Version(), scope.SetVersion)
		r.attributes(ctx, "scope", scope.Attributes())
	})
}

func (r *redactor) schemaURL(ctx context.Context, url string, setter func(string)) {
	r.try(func(r *redactor) { r.set(ctx, "schema_url", url, setter) })
}

func (r *redactor) traceState(ctx context.Context, state pcommon.TraceState) {
	r.set(ctx, "trace_state", state.AsRaw(), state.FromRaw)
}
