package redact

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func markKeys() []Key {
	return []Key{{ID: "k1", Secret: Secret("0123456789" + "abcdefghijklmnopqrstuvwxyz" + "ABCD")}}
}

func TestMarksAreOfStrictShape(t *testing.T) {
	e := mustNew(t, Config{Patterns: []Pattern{{Name: "order_number", Pattern: "OR-[0-9]{6}"}}})
	body := "ABCDEFGHIJKLMNOPQRSTUVWXY7"
	f := func(mark string, whole bool) {
		t.Helper()
		want := 0
		if whole {
			want = len(mark)
		}
		require.Equal(t, want, e.markEnd(mark, 0), mark)
		if whole {
			require.Equal(t, want+2, e.markEnd("x "+mark+" y", 2))
			for i := 1; i < len(mark); i++ {
				require.Zero(t, e.markEnd(mark[:i], 0), mark[:i])
			}
		}
	}
	f("<EMAIL>", true)
	f("<REDACTION_FAILED>", true)
	f("<ORDER_NUMBER>", true)
	f("<EMAIL:k1:"+body+">", true)
	f("<SECRET:x2024a:"+body+">", true)
	f("<EMAIL:1k:"+body+">", false)
	f("<EMAIL:k12345678:"+body+">", false) // room for nothing
	f("<EMAIL:K1:"+body+">", false)
	f("<EMAIL:k1:"+body+"A>", false)
	f("<EMAIL:k1:"+body[1:]+">", false)
	f("<EMAIL:k1:"+body[1:]+"1>", false)
	f("<NOBODYS:k1:"+body+">", false)
	f("<NOBODYS>", false)
	f("<AKIA"+"ABCDEFGHIJKLMNOP>", false)
	f("<email>", false)
	f("< EMAIL>", false)
	f("<>", false)
	f("<EMAIL:enc:k1:"+strings.Repeat("A", 40)+">", false) // no check

	out, _ := mustNew(t, Config{Action: ActionEncrypt, SealKeys: markKeys()}).String("", "ada@example.com")
	f(out, true)
	for i := range out {
		changed := out[:i] + string(out[i]^1) + out[i+1:]
		require.Zero(t, e.markEnd(changed, 0), "byte %d: %s", i, changed)
	}
}

func FuzzMark(f *testing.F) {
	e := mustNew(f, Config{Action: ActionEncrypt, SealKeys: markKeys()})
	sealed, _ := e.String("", "ada@example.com")
	f.Add("<EMAIL>", 0)
	f.Add("x<EMAIL:k1:ABCDEFGHIJKLMNOPQRSTUVWXY7>", 1)
	f.Add(sealed, 0)
	f.Fuzz(func(t *testing.T, s string, i int) {
		if i < 0 || i >= len(s) || s[i] != '<' {
			return
		}
		end := e.markEnd(s, i)
		require.True(t, end == 0 || end > i+2 && end <= len(s) && s[end-1] == '>')
		e.Unseal(s)
	})
}

func TestATokenCostsNoAllocation(t *testing.T) {
	keys, err := newTokenWriters(markKeys())
	require.NoError(t, err)
	m, dst := keys[0].states.Get().(*mac), make([]byte, 0, 128) // the race detector empties pools
	require.Zero(t, testing.AllocsPerRun(1000, func() {
		dst = m.put(dst[:0], "pii/email", "ada.lovelace@example.com", false)
	}))
}

func TestWithoutAKeyAReplacementFailsClosed(t *testing.T) {
	for _, action := range []string{ActionToken, ActionEncrypt} {
		e := &Engine{}
		m := Match{Action: action}
		require.Equal(t, Failed, string(e.put(nil, &replacer{action: action}, "ada", &m)))
		require.Equal(t, ActionFailed, m.Action)
	}
}
