package redact

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// FuzzNumbers reads numbers, addresses and codes out of any text, at every
// byte, and asks for sound offsets. Seeds are the vectors.
func FuzzNumbers(f *testing.F) {
	for _, v := range piiVectors() {
		f.Add(v.Key, v.Text)
	}
	f.Add("phone", "+49 (0)30 / 1234567 ext. 9 - 12:34::1%x0")
	f.Add("née", "né 1980-02-29T00 电话 0x")
	e := mustNew(f, Config{})
	f.Fuzz(func(t *testing.T, key, text string) {
		if len(text) > 512 {
			return
		}
		end := 0
		for _, m := range e.Find(key, text) {
			require.True(t, m.Start >= end && m.Start < m.End && m.End <= len(text), "%v in %q", m, text)
			end = m.End
		}
		for i := range len(text) {
			if to, ok := ipv4End(text, i); ok {
				require.True(t, to > i && to <= len(text))
			}
			if to, ok := ipv6End(text, i); ok {
				require.True(t, to > i && to <= len(text))
			}
			if to, ok := macEnd(text, i, ':'); ok {
				require.True(t, to > i && to <= len(text))
			}
			if isDigit(text[i]) {
				var n number
				n.read(text, i)
				require.True(t, n.groups > 0 && n.groups <= maxGroups && n.n <= maxDigits && n.ends[n.groups-1] <= len(text))
			}
		}
		isBase58Check(text)
		isBech32(text, "bc")
	})
}

func TestLuhnOfATextIsThatOfItsDigits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching("[0-9]{0,20}").Draw(t, "text")
		var values []byte
		for i := range len(text) {
			values = append(values, text[i]-'0')
		}
		require.Equal(t, luhn(values), luhnText(text), text)
	})
}
