package redact

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"html"
	"net/url"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"
)

func TestDecodeUndoesEveryEncoding(t *testing.T) {
	f := func(in, want string) {
		t.Helper()
		require.Equal(t, want, decodeText(in))
	}
	f("a%40b.example", "a@b.example")
	f("a%2540b", "a@b")
	f("100% of 5%-7", "100% of 5%-7")
	f(`a\u0040b`, "a@b")
	f(`https:\/\/a\/b`, "https://a/b")
	f(`\ud83d\ude00 \u003c`, "😀 <")
	f(`a\x40b`, "a@b")
	f(`\u00zz`, `\u00zz`)
	f("a&#64;b &#x40; &commat; &amp;quot; &lt;p&gt;", "a@b @ @ \" <p>")
	f("a&b=1;c &unknown; &#0; &#99999999;", "a&b=1;c &unknown; &#0; &#99999999;")
	f("４１１１　ａ＠ｂ", "4111 a@b")
	f("4\u200b1\u00ad1\ufeff1\u2060", "4111")
	f("٤١١١ ۴۱۱۱ ४१११ 𝟒𝟏𝟏𝟏 𝟜", "4111 4111 4111 4111 4")
	f("𝐚𝐝𝐚@𝖾𝗑.𝓮", "ada@ex.e")
	f("1\u20112\u22123", "1-2-3")
	f("naïve Ωμέγα 東京 пример é", "naïve Ωμέγα 東京 пример é")
	require.Equal(t, "plain text", decodeText("plain text"))
}

func TestEveryDecimalDigitFolds(t *testing.T) {
	checked := 0
	for r := rune(0x80); r <= unicode.MaxRune; r++ {
		if !unicode.Is(unicode.Nd, r) {
			continue
		}
		folded, drop := fold(r)
		require.False(t, drop)
		require.True(t, folded >= '0' && folded <= '9', "%U", r)
		require.Contains(t, foldingLeads, string(r)[:1], "%U", r)
		checked++
	}
	require.Zero(t, checked%10)
	for r := rune(0x80); r <= 0xe01ef; r++ {
		if confusable(r) && r != 0xfffd && (r < 0xd800 || r > 0xdfff) {
			require.Contains(t, foldingLeads, string(r)[:1], "%U", r)
		}
	}
}

// encodings are what a value may have gone through; each of them must be undone.
var encodings = map[string]func(string) string{
	"query":         url.QueryEscape,
	"percent":       percentAll,
	"percent twice": func(s string) string { return percentAll(percentAll(s)) },
	"escaped":       func(s string) string { return eachRune(s, func(r rune) string { return fmt.Sprintf(`\u%04x`, r) }) },
	"hex escaped":   func(s string) string { return eachRune(s, func(r rune) string { return fmt.Sprintf(`\x%02X`, r) }) },
	"entities":      func(s string) string { return eachRune(s, func(r rune) string { return fmt.Sprintf("&#%d;", r) }) },
	"named":         func(s string) string { return strings.ReplaceAll(html.EscapeString(s), "@", "&commat;") },
	"zero width":    func(s string) string { return eachRune(s, func(r rune) string { return string(r) + "\u200d" }) },
	"full width":    fullWidthOf,
	"arabic":        func(s string) string { return inDigits(s, 0x660) },
	"mathematical":  func(s string) string { return inDigits(s, 0x1d7ce) },
	"base64":        func(s string) string { return base64.StdEncoding.EncodeToString([]byte("value: " + s)) },
	"base64 url":    func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte("value: " + s)) },
	"base64 twice": func(s string) string {
		return base64.StdEncoding.EncodeToString([]byte("v=" + base64.StdEncoding.EncodeToString([]byte("value: "+s))))
	},
	"base64 in lines": func(s string) string {
		return inLines(base64.StdEncoding.EncodeToString([]byte(strings.Repeat("some text before, ", 8)+s+strings.Repeat(" and after", 8))), "\n")
	},
	"base64 in escaped lines": func(s string) string {
		return inLines(base64.StdEncoding.EncodeToString([]byte(strings.Repeat("some text before, ", 8)+s+strings.Repeat(" and after", 8))), `\n`)
	},
	"hexadecimal": func(s string) string { return hex.EncodeToString([]byte(s)) },
	"JSON in JSON": func(s string) string {
		return fmt.Sprintf("%q", fmt.Sprintf(`{"message":%q}`, "line\n"+s+"\tend"))
	},
	"percent of base64": func(s string) string { return percentAll(base64.StdEncoding.EncodeToString([]byte("value: " + s))) },
}

func percentAll(s string) string {
	var b strings.Builder
	for i := range len(s) {
		fmt.Fprintf(&b, "%%%02x", s[i])
	}
	return b.String()
}

func eachRune(s string, f func(rune) string) string {
	var b strings.Builder
	for _, r := range s {
		b.WriteString(f(r))
	}
	return b.String()
}

func fullWidthOf(s string) string {
	return strings.Map(func(r rune) rune {
		if r > ' ' && r < 0x7f {
			return r + 0xfee0
		}
		return r
	}, s)
}

func inDigits(s string, zero rune) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return zero + r - '0'
		}
		return r
	}, s)
}

func inLines(s, end string) string {
	var lines []string
	for ; len(s) > 76; s = s[76:] {
		lines = append(lines, s[:76])
	}
	return strings.Join(append(lines, s), end)
}

func TestACardAndAnAddressAreFoundInEveryEncoding(t *testing.T) {
	e := mustNew(t, Config{})
	for name, encode := range encodings {
		for _, secret := range []string{card, "ada.lovelace@example.com"} {
			for _, around := range []string{"%s", "see %s now", `{"k":"%s"}`, "a=1&v=%s&b=2", strings.Repeat("a long line of words ", 40) + "%s" + strings.Repeat(" and words", 90)} {
				text := fmt.Sprintf(around, encode(secret))
				out, changed := e.String("", text)
				if encode(secret) == secret {
					continue // nothing to encode in it
				}
				require.True(t, changed, "%s: %s", name, text)
				require.NotContains(t, out, encode(secret), name)
				again, changed := e.String("", out)
				require.False(t, changed, "%s: %s became %s", name, out, again)
			}
		}
	}
}

func TestViewsKeepWhatStandsAround(t *testing.T) {
	e := mustNew(t, Config{})
	f := func(in, want string) {
		t.Helper()
		out, _ := e.String("", in)
		require.Equal(t, want, out)
	}
	f("q=1&mail=ada%40example.com&page=2", "q=1&mail=<EMAIL>&page=2")
	f("mail ada&#64;example.com, bye", "mail <EMAIL>, bye")
	f(`{"m":"to ada\u0040example.com\nbye"}`, `{"m":"to <EMAIL>\nbye"}`)
	f("pan "+inDigits(card, 0x660)+" é", "pan <CARD> é")
	f("see "+hex.EncodeToString([]byte("mail ada@example.com"))+".", "see <EMAIL>.")
	f(`C:\new\table\x.txt 100%25 \/`, `C:\new\table\x.txt 100%25 \/`)
}

func TestWhatIsEncodedTooDeepGoesUnread(t *testing.T) {
	e := mustNew(t, Config{})
	text := "x"
	for range maxDepth + 2 {
		text = percentAll(text)
	}
	out, changed := e.String("", "a "+text+" b")
	require.True(t, changed)
	require.NotContains(t, out, text)
}
