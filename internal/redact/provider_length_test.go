package redact

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// textOf draws a text of the shape.
func textOf(t *rapid.T, sh *shape) string {
	var b strings.Builder
	for _, p := range sh.parts {
		b.WriteString(p.literal)
		if p.literal != "" {
			continue
		}
		var members []byte
		for c := range 128 {
			if charsets[c]&p.set != 0 {
				members = append(members, byte(c))
			}
		}
		n := rapid.IntRange(p.min, min(p.max, p.min+8)).Draw(t, "length")
		b.Write(rapid.SliceOfN(rapid.SampledFrom(members), n, n).Draw(t, "part"))
	}
	return b.String()
}

func TestNoValueWithAJoinIsDismissedByItsLength(t *testing.T) {
	var all []shape
	for _, shapes := range keyShapes {
		all = append(all, shapes...)
	}
	seen := 0
	rapid.Check(t, func(t *rapid.T) {
		sh := &all[rapid.IntRange(0, len(all)-1).Draw(t, "shape")]
		s := textOf(t, sh) + rapid.SampledFrom([]string{"", " ", "]x", ".js", "/", "-", "_ "}).Draw(t, "behind")
		end := wordEnd(s, 0)
		joinAt := strings.IndexAny(s[:end], allJoins)
		if to, ok := sh.match(s, 0); !ok || to < end || joinAt < 0 {
			return
		}
		seen++
		require.True(t, mayBeJoined(s, 0, joinAt, end), "%q", s)
	})
	require.NotZero(t, seen)
}

func TestWordsOfOtherLengthsAreNoValuesWithAJoin(t *testing.T) {
	for _, s := range []string{"nio-8080-exec-7] ", "8080-exec-7", "20250303_419_512_3, "} {
		end := wordEnd(s, 0)
		require.False(t, mayBeJoined(s, 0, strings.IndexAny(s, allJoins), end), s)
	}
}
