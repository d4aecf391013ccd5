package redact_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/redact"
	"github.com/weir-otel/weir/internal/redact/redacttest"
)

// FuzzRedact plants a card, an e-mail address and a key between two texts, with
// spaces around, and asks that none survives, that offsets are sound, and that
// redacting twice gives what redacting once gave.
func FuzzRedact(f *testing.F) {
	f.Add("", "", "")
	f.Add("url.full", "https://ada:pw@example.com/?a=%41&sig=", "\\u0040 \u200b４１")
	f.Add("log", `{"password":"`, `"}`)
	f.Add("k", "Authorization: Basic ", "-----BEGIN PRIVATE KEY-----")
	f.Add("k", "eyJhbGciOiJub25lIn0.e30.", "DE89 3704 0044 0532 0130 0")
	f.Add("k", "<EMAIL> <SECRET>&token=<API_KEY>@b.example", "%25252540")
	engines := []*redact.Engine{newEngine(f, redact.Config{}), newEngine(f, redact.Config{Action: "keep_last"}), newEngine(f, redact.Config{Action: "drop"})}
	planted := []string{redacttest.Card("4", 16, 7), "ada.lovelace@example.com", redacttest.GitHubToken("ghp", 8)}
	f.Fuzz(func(t *testing.T, key, before, after string) {
		if strings.ContainsAny(key, "\x00") || len(before)+len(after) > 4096 {
			return
		}
		text := before + " " + strings.Join(planted, " | ") + " " + after
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
			if strings.HasSuffix(key, "id") || strings.HasSuffix(key, "ID") || len(key) > 0 && key != "k" && key != "log" && key != "url.full" {
				continue // an id's key spares its numbers
			}
			for _, secret := range planted {
				require.NotContains(t, out, secret, "engine %d: %q", i, text)
			}
		}
	})
}
