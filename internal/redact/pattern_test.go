package redact

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRequiredLiterals(t *testing.T) {
	f := func(expression string, want ...string) {
		t.Helper()
		require.Equal(t, want, requiredLiterals(expression), expression)
	}
	f(`ORD-\d{6}`, "ord-")
	f(`(?i)customer[-_ ]?id\s*=\s*(\w+)`, "tomer") // s may be the long s
	f(`(?i)member[-_ ]?no\s*=\s*(\w+)`, "member")  // the longest part
	f(`\b(alpha|beta|gamma)-[0-9]+`, "alpha", "beta", "gamma")
	f(`(?:abc)+\d`, "abc")
	f(`(?:abc){2,}`, "abc")
	f(`x?abc*`, "ab")
	f(`\d{3}-\d{4}`)
	f(`(abc|\d+)`)
	f(`(abc)?\d`)
	f(`[ab]c`)
	f(`é\w+`)
	f(`(`)
}

func patternsOf(expressions ...string) (patterns []Pattern) {
	for i, e := range expressions {
		patterns = append(patterns, Pattern{Name: fmt.Sprintf("own_%d", i), Pattern: e})
	}
	return patterns
}

func TestPatternsFindWhatTheirExpressionsFind(t *testing.T) {
	set, err := newPatternSet([]Pattern{
		{Name: "order", Pattern: `ORD-\d{6}`},
		{Name: "member", Pattern: `(?i)member[-_ ]?no\s*=\s*(\w+)`},
		{Name: "any", Pattern: `\b\d{3}-\d{4}\b`},
		{Name: "near", Pattern: `K\d{5}`, Keywords: []string{"Kunde"}},
		{Name: "short", Pattern: `X#\d+`},
	})
	require.NoError(t, err)
	require.Len(t, set.warnings, 2) // any, near
	require.Contains(t, set.warnings[0], `"any"`)
	enabled := make([]bool, firstPattern+5)
	for i := range enabled {
		enabled[i] = true
	}
	f := func(key, text string, want ...hit) {
		t.Helper()
		require.Equal(t, want, set.find(text, key, enabled, nil), text)
	}
	f("", "nothing here")
	f("", "see ORD-123456 and ord-123456", hit{4, 14, firstPattern})
	f("", "MEMBER_NO = ab12", hit{12, 16, firstPattern + 1})
	f("", "call 555-1234", hit{5, 13, firstPattern + 2})
	f("", "K12345")
	f("", "Kunde: K12345", hit{7, 13, firstPattern + 3})
	f("kunde.id", "K12345", hit{0, 6, firstPattern + 3})
	f("", "X#1", hit{0, 3, firstPattern + 4})
	enabled[firstPattern] = false
	f("", "see ORD-123456")

	none, err := newPatternSet(nil)
	require.NoError(t, err)
	require.Empty(t, none.find("x", "", nil, nil))
	_, err = newPatternSet(patternsOf("("))
	require.ErrorContains(t, err, `cannot compile the pattern "own_0"`)
	_, err = newPatternSet(patternsOf("a*"))
	require.ErrorContains(t, err, "matches the empty text")
}

func TestPatternsAreFoundInViews(t *testing.T) {
	e := mustNew(t, Config{Patterns: []Pattern{{Name: "order_number", Pattern: `ORD-\d{6}`}}})
	out, _ := e.String("", "a ORD-123456 b %4FRD-654321")
	require.NotContains(t, out, "123456")
	require.NotContains(t, out, "654321")
}

// FuzzPattern asks that the literals of an expression never hide a match.
func FuzzPattern(f *testing.F) {
	f.Add(`(?i)abc[0-9]+`, "x ABC12")
	f.Add(`(foo|ba+r)-\d{2,}(x)?`, "foo-123")
	f.Add(`(?i)kelvin`, "\u212aelvin")
	f.Add(`(?s)a.{0,3}zz`, "a\nzz")
	f.Add(`\b`, "0")
	enabled := make([]bool, firstPattern+1)
	enabled[firstPattern] = true
	f.Fuzz(func(t *testing.T, expression, text string) {
		if len(expression) > 64 || len(text) > 256 {
			return
		}
		re, err := regexp.Compile(expression)
		if err != nil || re.MatchString("") || re.NumSubexp() > 0 {
			return
		}
		set, err := newPatternSet(patternsOf(expression))
		require.NoError(t, err)
		found := set.find(text, "", enabled, nil)
		matches := slices.DeleteFunc(re.FindAllStringIndex(text, -1), func(m []int) bool { return m[0] == m[1] }) // nothing to take out
		for i, m := range matches {
			require.Less(t, i, len(found), "%q in %q: literals %q", expression, text, requiredLiterals(expression))
			require.Equal(t, hit{m[0], m[1], firstPattern}, found[i])
		}
	})
}

func benchmarkPatterns(b *testing.B, n int) {
	var expressions []string
	for i := range n {
		expressions = append(expressions, fmt.Sprintf(`(?i)%s[-_]?(?:no|nr)\s*[=:]\s*[A-Z]{2}\d{%d}`, strings.Repeat(string(rune('a'+i%26)), 2)+fmt.Sprint("code", i), 4+i%5))
	}
	e := mustNew(b, Config{Patterns: patternsOf(expressions...)})
	b.ReportAllocs()
	for b.Loop() {
		for _, kv := range cleanSpan {
			e.String(kv[0], kv[1])
		}
	}
}

// The clean span again, with a policy's own patterns.
func BenchmarkCleanSpanWith10Patterns(b *testing.B)  { benchmarkPatterns(b, 10) }
func BenchmarkCleanSpanWith100Patterns(b *testing.B) { benchmarkPatterns(b, 100) }
