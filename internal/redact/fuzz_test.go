package redact_test

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/redact"
	"github.com/weir-otel/weir/internal/redact/redacttest"
)

// planted are what must never come out.
var planted = []string{redacttest.Card("4", 16, 7), "ada.lovelace@example.com", redacttest.GitHubToken("ghp", 8)}

// disguises encode what is planted.
var disguises = []func(string) string{
	func(s string) string { return s },
	percentEverything,
	func(s string) string { return percentEverything(percentEverything(s)) },
	unicodeEscape,
	fullWidth,
	func(s string) string { return strings.Join(strings.Split(s, ""), "\u200b") },
	func(s string) string { return base64.StdEncoding.EncodeToString([]byte("is " + s + " it")) },
	func(s string) string { return hex.EncodeToString([]byte("is " + s)) },
	func(s string) string { return strings.Trim(fmt.Sprintf("%q", "\n"+s+"\t"), `"`) },
	func(s string) string { return strings.ReplaceAll(s, "@", "&#64;") },
}

// sparesNumbers knows keys of ids, whose numbers stay, and of what is ignored.
func sparesNumbers(key string) bool {
	return key != "" && key != "k" && key != "log" && key != "url.full"
}

// FuzzRedact plants a card, an e-mail address and a key between two texts, with
// spaces around and in a disguise, and asks that none survives, that offsets are
// sound, and that redacting twice gives what redacting once gave.
func FuzzRedact(f *testing.F) {
	f.Add("", "", "", uint8(0))
	f.Add("url.full", "https://ada:pw@example.com/?a=%41&sig=", "\\u0040 \u200b４１", uint8(1))
	f.Add("log", `{"password":"`, `"}`, uint8(2))
	f.Add("k", "Authorization: Basic ", "-----BEGIN PRIVATE KEY-----", uint8(3))
	f.Add("k", "eyJhbGciOiJub25lIn0.e30.", "DE89 3704 0044 0532 0130 0", uint8(6))
	f.Add("k", "<EMAIL> <SECRET>&token=<API_KEY>@b.example", "%25252540", uint8(7))
	f.Add("db.query.text", "SELECT 'x\\' <EMAIL:k1:ABCDEFGHIJKLMNOPQRSTUVWXYZ> IN (", "1, 2) -- ", uint8(8))
	f.Add("log", "line\\n", "\\t&amp;&#64;", uint8(9))
	engines := []*redact.Engine{newEngine(f, redact.Config{}), newEngine(f, redact.Config{Action: "keep_last"}), newEngine(f, redact.Config{Action: "drop"})}
	f.Fuzz(func(t *testing.T, key, before, after string, disguise uint8) {
		if len(before)+len(after) > 4096 {
			return
		}
		hide := disguises[int(disguise)%len(disguises)]
		text := before
		for _, secret := range planted {
			text += " " + hide(secret) + " |"
		}
		text += " " + after
		for i, e := range engines {
			end := 0
			for _, m := range e.Find(key, text) {
				require.True(t, m.Start >= end && m.Start < m.End && m.End <= len(text), "%v", m)
				end = m.End
			}
			out, _ := e.String(key, text)
			again, changed := e.String(key, out)
			require.False(t, changed, "engine %d: %q became %q, then %q", i, text, out, again)
			if utf8.ValidString(text) {
				require.True(t, utf8.ValidString(out), "%q became %q", text, out)
			}
			if sparesNumbers(key) {
				continue
			}
			for _, secret := range planted {
				require.NotContains(t, out, secret, "engine %d: %q", i, text)
				require.NotContains(t, out, hide(secret), "engine %d: %q", i, text)
			}
		}
	})
}

// FuzzAnything asks for nothing but soundness, of any key and text.
func FuzzAnything(f *testing.F) {
	for _, s := range redacttest.Samples() {
		f.Add("", s.Text)
	}
	f.Add("process.command_line", "mysql -psecret 'x")
	f.Add("graphql.variables", `{"a":["b",{"c":1`)
	e := newEngine(f, redact.Config{})
	f.Fuzz(func(t *testing.T, key, text string) {
		if len(text) > 8192 {
			return
		}
		out, changed := e.String(key, text)
		require.True(t, changed || out == text)
		again, changed := e.String(key, out)
		require.False(t, changed, "%q became %q, then %q", text, out, again)
	})
}
