package redact

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// found collects the candidates of a whole text, as offsets.
type found struct{ long, mixed, number, iban, heads []int }

func candidatesOf(s string) (f found) {
	var w window
	add := func(list *[]int, m uint64, base int) {
		for i := range windowSize {
			if m>>i&1 != 0 {
				*list = append(*list, base+i)
			}
		}
	}
	w.load(s, 0)
	for {
		base, head := w.base, ^uint64(0)
		if len(s)-base > windowSize {
			head = 1<<stride - 1
		}
		w.candidates(s, head)
		add(&f.long, w.long, base)
		add(&f.mixed, w.mixed, base)
		add(&f.number, w.number, base)
		add(&f.iban, w.iban, base)
		add(&f.heads, w.headsHere()&head, base)
		if head+1 == 0 {
			return f
		}
		w.advance(s)
	}
}

// slowCandidatesOf says the same byte by byte.
func slowCandidatesOf(s string) (f found) {
	inWord := func(i int) bool {
		return i >= 0 && i < len(s) && isWord(s[i]) && !(i > 0 && s[i-1] == '\\' && isEscapeLetter(s[i]))
	}
	for i := range len(s) {
		if !inWord(i) || inWord(i-1) {
			continue
		}
		end, first := i, -1
		for inWord(end) {
			if first < 0 && isDigit(s[end]) {
				first = end
			}
			end++
		}
		if end-i >= 16 {
			f.long = append(f.long, i)
		}
		if end-i >= 8 && end-i < 16 && first >= 0 {
			f.mixed = append(f.mixed, first)
		}
		if end-i >= 4 && isLetter(s[i]) && isLetter(s[i+1]) && isDigit(s[i+2]) && isDigit(s[i+3]) {
			f.iban = append(f.iban, i)
		}
	}
	for i := range len(s) {
		if isHead(s, i) {
			f.heads = append(f.heads, i)
		}
	}
	inNumber := func(i int) bool {
		return isDigit(byteAt(s, i)) || (strings.IndexByte(" ./-+(", byteAt(s, i)) >= 0 && isDigit(byteAt(s, i-1)) && isDigit(byteAt(s, i+1)))
	}
	for i := range len(s) {
		if !isDigit(s[i]) || inWord(i-1) || (inNumber(i-1) && s[i-1] != ' ' && !endsWord(s, i-1, inWord)) {
			continue
		}
		end := i
		for end < len(s) && inNumber(end) {
			end++
		}
		if end-i >= 7 {
			f.number = append(f.number, i)
		}
	}
	return f
}

// endsWord reports whether the digits before the mark at i end a word that does
// not begin with them, and follow no other mark.
func endsWord(s string, i int, inWord func(int) bool) bool {
	from := i
	for from > 0 && isDigit(s[from-1]) {
		from--
	}
	return from < i && inWord(from-1)
}

func TestWindowFindsWhatALoopFinds(t *testing.T) {
	withAndWithoutVector(t, func(t *testing.T) {
		f := func(s string) {
			t.Helper()
			want, got := slowCandidatesOf(s), candidatesOf(s)
			require.Equal(t, want, got, "%q", s)
		}
		f("")
		f("a")
		f("A0-00000000 node1/10.1.2.3 a2b-10.1.2.3")
		for n := range 3 * stride {
			f(strings.Repeat(" ", n) + "node1/10.1.2.3")
			f("node" + strings.Repeat("1", n) + "/10.1.2.3")
		}
		f("worker-12 ran 2024-05-06 12:30 for id 4111 1111 1111 1111")
		f(strings.Repeat("0123456789abcdef", 20))
		f(strings.Repeat("ab12-", 40))
		f(strings.Repeat("1 2.3/4-", 30))
		f(`{"a":"line\nabcdefghijklmnop\tDE89 3704"}`)
		body, err := os.ReadFile("testdata/body.log")
		require.NoError(t, err)
		f(string(body))
		rapid.Check(t, func(t *rapid.T) {
			alphabet := rapid.SampledFrom([]string{"aZ09_-. /\\nt:=@%é <é1234567ABcd", "a11111111/"}).Draw(t, "alphabet")
			s := rapid.StringOf(rapid.SampledFrom([]rune(alphabet))).Draw(t, "s")
			want, got := slowCandidatesOf(s), candidatesOf(s)
			require.Equal(t, want, got, "%q", s)
		})
	})
}

func TestWordAtReadsWordsOverTheEndOfTheWindow(t *testing.T) {
	s := strings.Repeat(" ", 40) + strings.Repeat("aB3_", 20) + " x"
	var w window
	w.load(s, 0)
	w.candidates(s, 1<<stride-1)
	start, end, seen := w.wordAt(s, 40)
	require.Equal(t, []int{40, 120}, []int{start, end})
	require.Equal(t, word, seen)
}

func TestEveryNameOfASecretHasItsEnding(t *testing.T) {
	for _, name := range []string{
		"password", "passwd", "pwd", "passphrase", "passcode", "pin_code", "secret", "client_secret", "token", "access_token", "authorization", "cookie", "set-cookie",
		"credential", "credentials", "db_pass", "my_auth", "jsessionid", "phpsessid", "api_key", "apiKey", "AccountKey", "jwt", "cvv", "cvc", "userpwd",
	} {
		require.NotEqual(t, keyNone, keyKindOf(name), name)
		require.True(t, keyEndings.endsAt(name, len(name)), name)
	}
	for _, name := range []string{"authorization", "password_confirmation", "SecretConfirmation", "passcode", "PIN_CODE", "mfa_code", "verification_code", "?code", "/&code", "my_password"} {
		require.True(t, mayEndName("behind "+name, len("behind ")+len(name)), name)
	}
	for _, other := range []string{"duration", "version", "status code", "exitcode"} {
		require.False(t, mayEndName("behind "+other, len("behind ")+len(other)), other)
	}
	require.False(t, keyEndings.endsAt("status", 6))
	require.False(t, keyEndings.endsAt("ey", 2))
}

// findBehind gives what is found in a text behind spaces, as if there were none.
func findBehind(e *Engine, spaces int, text string) []Match {
	found := e.Find("", strings.Repeat(" ", spaces)+text)
	for i := range found {
		found[i].Start -= spaces
		found[i].End -= spaces
	}
	return found
}

// A text means the same wherever it stands, in windows and in blocks.
func TestWhatIsFoundDoesNotDependOnItsPlace(t *testing.T) {
	e := mustNew(t, Config{})
	texts := []string{
		"node1/10.1.2.3", "node12/4111 1111 1111 1111", "A00000000(4111111111111111",
		" roboflow_request_id=TykTNNfYmSuMh5J6o1rR setused private-wb6jxgdlsuvixo2frifrm4o to call",
	}
	for _, v := range Vectors() {
		texts = append(texts, v.Text)
	}
	withAndWithoutVector(t, func(t *testing.T) {
		for _, text := range texts {
			want := e.Find("", text)
			for n := range stride + 1 {
				for _, pad := range []int{n, n + leastForBlocks} {
					require.Equal(t, want, findBehind(e, pad, text), "%q behind %d spaces", text, pad)
				}
			}
		}
	})
}

// The same of texts put together of such values and of what stands between them;
// more of them with -rapid.checks. What begins a text may mean more, so a space does.
func TestWhatIsFoundInPiecesDoesNotDependOnTheirPlace(t *testing.T) {
	e := mustNew(t, Config{})
	pieces := []string{"/", " ", "-", "=", "node1", ":", "(", ",", "\n", "a", "1", "12", "A0", ".", "\"", "token", "password", "+", "\\n", "%3A", "@", "&", ";", "_", "x-", "key=", "{\"", "id", "id: "}
	for _, v := range Vectors() {
		pieces = append(pieces, v.Text)
	}
	withAndWithoutVector(t, func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			text := " " + strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 1, 8).Draw(t, "pieces"), "")
			want := e.Find("", text)
			for _, pad := range rapid.SliceOfN(rapid.IntRange(0, 400), 6, 6).Draw(t, "pads") {
				require.Equal(t, want, findBehind(e, pad, text), "%q behind %d spaces", text, pad)
			}
		})
	})
}
