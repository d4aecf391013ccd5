package redact

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

// FuzzViews asks each decoder for sound offsets and for text that decodes to
// itself in the end.
func FuzzViews(f *testing.F) {
	f.Add("a%40b%2", "SGVsbG8gV29ybGQsIGhlbGxv")
	f.Add(`\ud83d\ude00\u00`, "SGVsbG8gV29ybGQs\nIGhlbGxv-_")
	f.Add("&#x1F600;&#64&commat;&;", "5365637265742074657874")
	f.Add("４\u200b\xff\xef\xbc", "====")
	f.Fuzz(func(t *testing.T, text, run string) {
		if len(text)+len(run) > 4096 {
			return
		}
		v := new(view)
		changed := v.decode(text)
		require.Len(t, v.from, len(v.text)+1)
		for i := 1; i < len(v.from); i++ {
			require.GreaterOrEqual(t, v.from[i], v.from[i-1])
		}
		require.Equal(t, len(text), int(v.from[len(v.text)]))
		if !changed {
			require.Equal(t, text, v.string())
		}
		if utf8.ValidString(text) && !strings.ContainsAny(text, `%\`) {
			require.True(t, utf8.Valid(v.text), "%q", text)
		}
		for i := range text {
			require.LessOrEqual(t, encodedLen(text[i:]), len(text)-i)
		}
		decodeText(text)
		v.reset()
		if v.decodeBase64(run) {
			require.Equal(t, len(v.text), textLen(v.text))
		}
		startsText(run)
	})
}

// FuzzWindow compares the bit masks with a loop over the bytes.
func FuzzWindow(f *testing.F) {
	f.Add("worker-12 ran 2024-05-06 12:30 for id 4111 1111 1111 1111 DE89 3704")
	f.Add(strings.Repeat("a1-\\n", 40))
	f.Fuzz(func(t *testing.T, s string) {
		want, got := slowCandidatesOf(s), candidatesOf(s)
		require.Equal(t, want, got, "%q", s)
	})
}
