// Package fields reads the odd values of access logs. What one gateway writes
// as the number 200 is the text "200" of another, and what it does not know is
// null, "", "-", or the empty table [] of Lua.
package fields

import (
	"bytes"
	"encoding/json"
	"math"
	"strconv"
	"strings"

	"github.com/weir-otel/weir/receiver/intakereceiver/internal/jsonbody"
)

// Object is a JSON object. A missing key, null, "" and "-" are all nothing.
//
// Keys may be paths: "request.method" is the key of that name, else the key
// method of the object request. Of several keys the first that has a value counts.
type Object map[string]any

// Parse reads a JSON object; ok is false for anything else.
func Parse(raw []byte) (o Object, ok bool) {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber() // nanoseconds have more digits than a float64
	err := dec.Decode(&o)
	return o, err == nil && o != nil
}

// Child returns the object under key, nil where there is none.
func (o Object) Child(key string) Object {
	child, _ := o.value(key).(map[string]any)
	return child
}

// Text returns a text, or a number or boolean as it was written.
func (o Object) Text(keys ...string) string {
	for _, key := range keys {
		if text := textOf(o.value(key)); text != "" {
			return text
		}
	}
	return ""
}

// Texts returns one text or a list of them: a repeated header is a list.
func (o Object) Texts(key string) []string {
	value := o.value(key)
	elements, isList := value.([]any)
	if !isList {
		elements = []any{value}
	}
	var list []string
	for _, element := range elements {
		if text := textOf(element); text != "" {
			list = append(list, text)
		}
	}
	return list
}

// Number returns a number. A value that is none is refused under its key.
func (o Object) Number(keys ...string) (n float64, present bool, refusal *jsonbody.Refusal) {
	key, text := o.written(keys)
	if key == "" {
		return 0, false, nil
	}
	n, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
	if err != nil || math.IsNaN(n) || math.Abs(n) > 1<<62 {
		return 0, false, &jsonbody.Refusal{Field: key, Reason: "is not a number", Expected: "a number"}
	}
	return n, true, nil
}

// Whole returns a whole number; what stands behind the point is dropped. A value
// that is no number is refused under its key.
func (o Object) Whole(keys ...string) (n int64, present bool, refusal *jsonbody.Refusal) {
	if _, text := o.written(keys); text != "" {
		if n, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64); err == nil {
			return n, true, nil
		}
	}
	number, present, refusal := o.Number(keys...)
	if refusal != nil {
		refusal.Expected = "a whole number"
	}
	return int64(number), present, refusal
}

// Size returns a number of bytes; what is no such thing counts as unknown.
func (o Object) Size(keys ...string) (n int64, known bool) {
	n, present, refusal := o.Whole(keys...)
	if !present || refusal != nil || n < 0 {
		return 0, false
	}
	return n, true
}

// FirstKey returns the first of the keys that has a value.
func (o Object) FirstKey(keys ...string) string {
	key, _ := o.written(keys)
	return key
}

// written returns the first key that has a value, and the value as it was
// written: "" for an object or a list.
func (o Object) written(keys []string) (key, text string) {
	for _, key := range keys {
		switch v := o.value(key).(type) {
		case nil:
		case string, json.Number, bool:
			if text := textOf(v); text != "" {
				return key, text
			}
		default:
			return key, ""
		}
	}
	return "", ""
}

func (o Object) value(key string) any {
	if value, found := o[key]; found {
		return value
	}
	if parent, rest, nested := strings.Cut(key, "."); nested {
		if child, isObject := o[parent].(map[string]any); isObject {
			return Object(child).value(rest)
		}
	}
	return nil
}

func textOf(value any) string {
	switch v := value.(type) {
	case string:
		if v != "-" {
			return v
		}
	case json.Number:
		return v.String()
	case bool:
		return strconv.FormatBool(v)
	}
	return ""
}
