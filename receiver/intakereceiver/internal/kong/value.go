package kong

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"

	"github.com/weir-otel/weir/receiver/intakereceiver/internal/jsonbody"
)

// object reads a JSON object tolerantly: a missing key, null, and Lua's empty
// table [] are all nothing, and a number may be a string ("200", "" or "-").
type object map[string]any

func (o object) child(key string) object {
	child, _ := o[key].(map[string]any)
	return child
}

// text returns a string, or a number as it was written.
func (o object) text(key string) string {
	switch v := o[key].(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	}
	return ""
}

// texts returns one string or a list of them: a repeated header is a list.
func (o object) texts(key string) []string {
	switch v := o[key].(type) {
	case string:
		return []string{v}
	case json.Number:
		return []string{v.String()}
	case bool:
		return []string{strconv.FormatBool(v)}
	case []any:
		list := make([]string, 0, len(v))
		for _, element := range v {
			if s, ok := element.(string); ok {
				list = append(list, s)
			}
		}
		return list
	}
	return nil
}

// whole returns a whole number. It is absent when missing, null, "" or "-";
// anything else that is no number is refused under the name path.
func (o object) whole(key, path string) (n int64, present bool, refusal *jsonbody.Refusal) {
	var text string
	switch v := o[key].(type) {
	case nil:
		return 0, false, nil
	case json.Number:
		text = v.String()
	case string:
		text = strings.TrimSpace(v)
		if text == "" || text == "-" {
			return 0, false, nil
		}
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return n, true, nil
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(f) || f < -1<<62 || f > 1<<62 {
		return 0, false, &jsonbody.Refusal{Field: path, Reason: "is not a number", Expected: "a whole number"}
	}
	return int64(f), true, nil
}

// size returns a byte count; what is no such thing counts as unknown.
func (o object) size(key string) (int64, bool) {
	n, present, refusal := o.whole(key, "")
	if !present || refusal != nil || n < 0 {
		return 0, false
	}
	return n, true
}
