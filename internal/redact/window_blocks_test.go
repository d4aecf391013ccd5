package redact

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// requireBlocks compares what blocks say about a text with what windows say about
// it and the zeros behind it.
func requireBlocks(t require.TestingT, e *Engine, s string) {
	if len(s) < leastForBlocks {
		return
	}
	filled := s + strings.Repeat("\x00", 2*blockStride)
	one := scanner{e: e, s: filled}
	w := &one.w
	w.load(filled, 0)
	w.candidates(filled, 1<<stride-1)
	w.advance(filled)
	start := *w
	var b, before block
	if e.queryKeys == nil {
		before.dismiss = ^uint64(0)
	}
	before.follow(s, &start)
	for ; w.base < len(s); before = b {
		b.read(s, w.base, &before)
		var list, wantList []uint8
		for _, c := range b.list[:b.count] {
			k, m := c>>6, uint64(1)<<(c&63)
			other := scanner{e: e, s: s}
			other.w.base = w.base + int(k)*stride
			if m&(b.marks[k]|b.assigns[k]) == 0 || other.dismissAmong(m, m&b.marks[k], m&b.assigns[k], b.preceded[k]) != 0 {
				list = append(list, c)
			}
		}
		for k := range blockWindows {
			found := w.candidates(filled, 1<<stride-1)
			if found&(w.assign|w.marked) != 0 {
				found = one.dismiss(found)
			}
			for i := range windowSize {
				if found>>i&1 != 0 {
					wantList = append(wantList, uint8(k<<6|i))
				}
			}
			var got window
			b.take(k, &got)
			want := window{words: w.words, joins: w.joins, long: w.long, mixed: w.mixed, capital: w.capital, number: w.number, iban: w.iban, marked: w.marked, assign: w.assign, chain: w.chain, stops: w.stops}
			want.lanes[laneLower], want.lanes[laneUpper], want.lanes[laneDigit] = w.lanes[laneLower], w.lanes[laneUpper], w.lanes[laneDigit]
			require.Equal(t, want, got, "window at %d of %q", w.base, s)
			require.Equal(t, w.headsHere(), b.heads[k], "window at %d of %q", w.base, s)
			w.advance(filled)
		}
		require.Equal(t, wantList, list, "block before %d of %q", w.base, s)
	}
}

// withAndWithoutWide runs a test with all the instructions for blocks that the CPU
// has, and with those that it must have.
func withAndWithoutWide(t *testing.T, f func(t *testing.T)) {
	t.Helper()
	if !hasVector {
		t.Skip("this CPU reads no blocks")
	}
	t.Cleanup(func() { wide = hasWide })
	t.Run("all", f)
	wide = false
	t.Run("AVX2", f)
}

func TestBlocksFindWhatWindowsFind(t *testing.T) {
	body, err := os.ReadFile("testdata/body.log")
	require.NoError(t, err)
	withAndWithoutWide(t, func(t *testing.T) { testBlocks(t, string(body)) })
}

func testBlocks(t *testing.T, body string) {
	t.Helper()
	for _, e := range []*Engine{mustNew(t, Config{}), mustNew(t, Config{URLQueryKeys: []string{"code"}})} {
		for from := range 2 * blockStride {
			requireBlocks(t, e, body[from:])
		}
		for _, one := range []string{"DEUTDEFF ", "DEUTDEFF500 ", "DEUTDEFF50 ", "DEUTDEFF5000 ", "DE89 3704 0044 ", "node1/10.1.2.3 ", "10.0.0.1-10.0.0.9\n", "12:34::5 a:b:c ", "bearer x token ", "create user ", "ab-12345678 ", "abcdefghijklmno1 ", "abcdefghijklmnop1 "} {
			for pad := range len(one) {
				requireBlocks(t, e, strings.Repeat("x", pad)+strings.Repeat(one, leastForBlocks))
			}
		}
		for n := range 2 * blockStride {
			requireBlocks(t, e, strings.Repeat(strings.Repeat(" ", n)+"node1/10.1.2.3 ", 40))
			requireBlocks(t, e, strings.Repeat("node"+strings.Repeat("1", n)+"/10.1.2.3 ", 40))
		}
		for c := range 256 {
			for _, around := range []string{"", "a", "1", " ", "aB3 ", `\`, "token=", "12:", "_-", "pass>"} {
				requireBlocks(t, e, strings.Repeat(around+string([]byte{byte(c)}), leastForBlocks))
			}
		}
		rapid.Check(t, func(t *rapid.T) {
			requireBlocks(t, e, rapid.StringOfN(rapid.SampledFrom([]rune("aZ09_-. /\\nt:=@%é <>&;é1234567ABcdtoken+(")), 0, 3*blockSize, -1).Draw(t, "s"))
		})
	}
}

func FuzzBlocks(f *testing.F) {
	if !hasVector {
		f.Skip("this CPU reads no blocks")
	}
	f.Add("worker-12 ran 2024-05-06 12:30 for id=4111 1111 1111 1111 bearer api_key: DE89 3704\\n")
	f.Add("\\\\n\\t%41&#64; -p x -----BEGIN a::b:c <b>password</b> \xf0\x9f")
	e := mustNew(f, Config{})
	f.Fuzz(func(t *testing.T, s string) {
		if s == "" || len(s) > 4096 {
			return
		}
		defer func() { wide = hasWide }()
		for _, wide = range []bool{hasWide, false} {
			requireBlocks(t, e, s)
			requireBlocks(t, e, strings.Repeat(s, 1+leastForBlocks/len(s)))
		}
	})
}

// What is found does not depend on the CPU.
func TestTheScanFindsTheSameWithoutVector(t *testing.T) {
	body, err := os.ReadFile("testdata/body.log")
	require.NoError(t, err)
	texts := []string{string(body)}
	for i, v := range piiVectors() {
		for _, at := range []int{0, 40, 170, 300, 700} {
			texts = append(texts, string(body[:at])+" "+v.Text+" "+string(body[at:at+500]))
			texts = append(texts, string(body[:at+i%blockStride])+" "+v.Text)
		}
	}
	e := mustNew(t, Config{})
	var want [][]Match
	withAndWithoutVector(t, func(t *testing.T) {
		for i, text := range texts {
			got := e.Find("", text)
			if len(want) <= i {
				want = append(want, got)
			}
			require.Equal(t, want[i], got, "%q", text)
		}
	})
	require.Len(t, want[0], bodyMatches)
}
