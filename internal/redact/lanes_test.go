package redact

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// slowLanesOf says bit by bit what the lanes of a text are.
func slowLanesOf(text string) (want lanes) {
	for i := range len(text) {
		for l := range want {
			want[l] |= lanesOf[text[i]] >> (8 * l) & 1 << i
		}
	}
	return want
}

func lanesRead(text string) (got lanes) {
	got[laneMark] = 1 << 63 // nothing is left of what was there
	got.read(text)
	return got
}

// withAndWithoutVector runs a test with the CPU's instructions, if it has them,
// and with the loop.
func withAndWithoutVector(t *testing.T, f func(t *testing.T)) {
	t.Helper()
	t.Cleanup(func() { vector = hasVector })
	vector = hasVector
	t.Run("vector", f)
	vector = false
	t.Run("loop", f)
}

func TestEveryByteHasItsLanesInEveryPosition(t *testing.T) {
	withAndWithoutVector(t, func(t *testing.T) {
		for c := range 256 {
			one := string([]byte{byte(c)})
			for i := range windowSize {
				text := strings.Repeat("\x00", i) + one + strings.Repeat("\x00", windowSize-1-i)
				require.Equal(t, slowLanesOf(text), lanesRead(text), "%q", text)
			}
			for n := range windowSize + 1 {
				text := strings.Repeat(one, n)
				require.Equal(t, slowLanesOf(text), lanesRead(text), "%q", text)
			}
		}
	})
}

func TestLanesOfAnyTextAreThoseOfItsBytes(t *testing.T) {
	withAndWithoutVector(t, func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			text := string(rapid.SliceOfN(rapid.Byte(), 0, 2*windowSize+2).Draw(t, "text"))
			base := rapid.IntRange(0, len(text)).Draw(t, "base")
			var w window
			w.load(text, base)
			require.Equal(t, slowLanesOf(text[base:min(base+windowSize, len(text))]), w.lanes, "%q at %d", text, base)
		})
	})
}

// FuzzLanes compares the two ways of reading, wherever a window may stand.
func FuzzLanes(f *testing.F) {
	f.Add("worker-12 ran 2024-05-06 12:30 for id 4111 1111 1111 1111 DE89 3704")
	f.Add(strings.Repeat("aA0_ =@\t;\xf0\x9f", 12))
	f.Fuzz(func(t *testing.T, text string) {
		for base := range len(text) + 1 {
			var want, got lanes
			part := text[base:min(base+windowSize, len(text))]
			got.read(part)
			want.readSlow(part)
			require.Equal(t, want, got, "%q", part)
		}
	})
}
