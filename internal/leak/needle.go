package leak

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"strings"
)

// Needle is a value to search for. Its name is safe to print, and several
// needles may share it.
type Needle struct{ Name, Value string }

// Needles makes one of each value, by name.
func Needles(named map[string]string) []Needle {
	needles := make([]Needle, 0, len(named))
	for name, value := range named {
		needles = append(needles, Needle{name, value})
	}
	return needles
}

// minEncoded is the shortest base64 that is searched for: less is found by chance.
const minEncoded = 10

// Encodings returns the forms in which a value may lie in a table or a file: as
// it is, escaped as in JSON, percent-encoded, and inside base64.
func Encodings(name, value string) []Needle {
	seen := map[string]bool{}
	var needles []Needle
	add := func(form string) {
		if form != "" && !seen[form] {
			seen[form] = true
			needles = append(needles, Needle{name, form})
		}
	}
	add(value)
	add(jsonEscaped(value))
	add(url.QueryEscape(value))
	add(url.PathEscape(value))
	for shift := range 3 { // where the value begins in a group of three bytes
		if form := insideBase64(value, shift); len(form) >= minEncoded {
			add(form)
		}
	}
	return needles
}

func jsonEscaped(value string) string {
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil { // not of a string
		return value
	}
	return strings.Trim(strings.TrimSuffix(b.String(), "\n"), `"`)
}

// insideBase64 is what base64 of any text has where value stands in it, shift
// bytes behind the beginning of a group. Characters that also depend on what
// stands beside it are left out.
func insideBase64(value string, shift int) string {
	encoded := base64.RawStdEncoding.EncodeToString(append(make([]byte, shift), value...))
	from := (8*shift + 5) / 6
	to := 8 * (shift + len(value)) / 6
	return encoded[from:to]
}
