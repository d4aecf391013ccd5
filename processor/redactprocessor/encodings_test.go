package redactprocessor

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"github.com/weir-otel/weir/internal/redact"
)

// encoding is a form in which a text may come, and how the search undoes it.
type encoding struct {
	name   string
	encode func(redact.Vector) string
	decode func(string) string
}

var plain = encoding{"plain", func(v redact.Vector) string { return v.Text }, func(s string) string { return s }}

var encodings = []encoding{
	{"percent", func(v redact.Vector) string { return "q=" + url.PathEscape(v.Text) }, unpercent},
	{"percent, each byte of the secret", func(v redact.Vector) string {
		return inside(v, func(secret string) string { return hexed("%%%02X", secret) })
	}, unpercent},
	{
		"percent, twice",
		func(v redact.Vector) string { return "q=" + url.PathEscape(url.PathEscape(v.Text)) },
		func(s string) string { return unpercent(unpercent(s)) },
	},
	{"base64", func(v redact.Vector) string { return base64.StdEncoding.EncodeToString([]byte(v.Text)) }, unbase64(base64.RawStdEncoding)},
	{
		"base64url",
		func(v redact.Vector) string { return "data " + base64.RawURLEncoding.EncodeToString([]byte(v.Text)) },
		unbase64(base64.RawURLEncoding),
	},
	{"JSON in a string", func(v redact.Vector) string {
		text, _ := json.Marshal(map[string]string{"message": v.Text})
		return string(text)
	}, unJSON},
	{"escapes", func(v redact.Vector) string {
		return inside(v, func(secret string) string { return hexed(`\u%04x`, secret) })
	}, unescape},
	{"full width", func(v redact.Vector) string {
		return inside(v, func(secret string) string { return strings.Map(widen, secret) })
	}, func(s string) string { return strings.Map(narrow, s) }},
	{"zero width", func(v redact.Vector) string {
		return inside(v, func(secret string) string { return strings.Join(strings.Split(secret, ""), "\u200b") })
	}, func(s string) string { return strings.ReplaceAll(s, "\u200b", "") }},
}

// plainOnly are detectors that know the shape of a whole text: inside an
// encoding it is another one.
var plainOnly = map[string]bool{"statement_literal": true}

// inside encodes the secret alone.
func inside(v redact.Vector, encode func(string) string) string {
	return strings.Replace(v.Text, v.Secret, encode(v.Secret), 1)
}

func hexed(format, text string) string {
	var b strings.Builder
	for i := range len(text) {
		fmt.Fprintf(&b, format, text[i])
	}
	return b.String()
}

func widen(r rune) rune {
	if r > ' ' && r < 0x7f {
		return r + 0xfee0
	}
	return r
}

func narrow(r rune) rune {
	if r > 0xff00 && r < 0xff5f {
		return r - 0xfee0
	}
	return r
}

func unpercent(text string) string {
	if decoded, err := url.PathUnescape(text); err == nil {
		return decoded
	}
	return text
}

var (
	escapedRune = regexp.MustCompile(`\\u[0-9a-fA-F]{4}`)
	base64Run   = regexp.MustCompile(`[A-Za-z0-9+/_-]{8,}`)
)

func unescape(text string) string {
	return escapedRune.ReplaceAllStringFunc(text, func(escape string) string {
		r, _ := strconv.ParseUint(escape[2:], 16, 32)
		return string(rune(r))
	})
}

func unbase64(enc *base64.Encoding) func(string) string {
	return func(text string) string {
		return base64Run.ReplaceAllStringFunc(text, func(run string) string {
			if decoded, err := enc.DecodeString(run); err == nil {
				return string(decoded)
			}
			return run
		})
	}
}

func unJSON(text string) string {
	var inner map[string]string
	if json.Unmarshal([]byte(text), &inner) == nil {
		return inner["message"]
	}
	return text
}
