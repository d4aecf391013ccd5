package redact

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestMarksOfEightBytesAreThoseOfEachByte(t *testing.T) {
	slow := func(x uint64, is func(byte) bool) (marked uint64) {
		for i := range 8 {
			if is(byte(x >> (8 * i))) {
				marked |= 0x80 << (8 * i)
			}
		}
		return marked
	}
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.Uint64().Draw(t, "eight")
		if rapid.Bool().Draw(t, "text") {
			x = eightBytes(rapid.StringMatching("[/0-9:@A-Z[`a-z{]{8}").Draw(t, "text"))
		}
		require.Equal(t, slow(x, isUpper), capitalsIn(x), "%x", x)
		require.Equal(t, slow(x, isLetter), lettersIn(x), "%x", x)
		require.Equal(t, slow(x, isAlnum), alnumIn(x), "%x", x)
	})
	require.Equal(t, []int{8, 0, 2}, []int{firstOf(0), firstOf(0x80), firstOf(0x80800000)})
	require.Equal(t, []int{0, 1, 4}, []int{behindLastOf(0), behindLastOf(0x80), behindLastOf(0x80800000)})
}

func TestEightBytesBehindTheTextAreZero(t *testing.T) {
	const text = "abcdefgh1"
	for i := range len(text) {
		require.Equal(t, eightBytes(text[i:]+strings.Repeat("\x00", 8)), eightAt(text, i))
	}
}

// words draws what tells words apart: letters, capitals, marks and the like.
func words(t *rapid.T, known []string) string {
	parts := rapid.SliceOfN(rapid.OneOf(
		rapid.SampledFrom(known), rapid.Map(rapid.SampledFrom(known), strings.ToUpper), rapid.StringMatching(`[a-zA-Z0-9_ ="é:.\\-]{0,6}`),
	), 1, 6).Draw(t, "words")
	return strings.Join(parts, rapid.SampledFrom([]string{"", " ", "_", `":"`, "  -  ", "......"}).Draw(t, "between"))
}

func TestTheContextOfAWordIsThatOfItsLetters(t *testing.T) {
	var known []string
	for w := range contextWords {
		known = append(known, w)
	}
	slices.Sort(known)
	rapid.Check(t, func(t *rapid.T) {
		s := words(t, known)
		if s == "" {
			return
		}
		i := rapid.IntRange(0, len(s)-1).Draw(t, "i")
		end := i + 1
		for end < len(s) && isNameByte(s[end]) && !(isUpper(s[end]) && !isUpper(s[end-1])) {
			end++
		}
		m := meaningOf(s[i:end])
		require.Equal(t, m.set != (contextSet{}), namesContext(s, i), "%q", s[i:])
	})
}

func TestTheNameOfAnIDIsTheLastWord(t *testing.T) {
	slow := func(before string) bool {
		end := len(before)
		for end > 0 && len(before)-end < 8 && !isAlnum(before[end-1]) {
			end--
		}
		from := end
		for from > 0 && isAlnum(before[from-1]) && !(from < end && isUpper(before[from]) && !isUpper(before[from-1])) {
			from--
		}
		return slices.Contains(idWords, strings.ToLower(before[from:end]))
	}
	rapid.Check(t, func(t *rapid.T) {
		s := words(t, idWords)
		require.Equal(t, slow(s), isIDName(s), "%q", s)
	})
}
