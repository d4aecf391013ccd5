package erase

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAnIDIsFoundInsideTextsButNotInsideOthers(t *testing.T) {
	subject, err := NewSubject([]string{"ann@x.com", "u-4711", "joe"}, nil)
	require.NoError(t, err)
	texts, ids := regexp.MustCompile(subject.patterns().texts), regexp.MustCompile(subject.patterns().ids)
	f := func(text string, inText, inID bool) {
		t.Helper()
		require.Equal(t, inText, texts.MatchString(text), "text %q", text)
		require.Equal(t, inID, ids.MatchString(text), "id %q", text)
	}
	for _, text := range []string{
		"ann@x.com", "ANN@x.com", "mail ann@x.com.", "<ann@x.com>", "„ann@x.com“", `{"to":"a\nann@x.com\t"}`, "?q=%3Aann%40x.com&b", "/u/ann%40x.com",
		"LIKE '%ann@x.com%'", "-ann@x.com", "ann@x.com...", "ann@x.com, bob", `\u003cann@x.com\u003e`, "mailto:ann@x.com?x",
	} {
		f(text, true, true)
	}
	for _, text := range []string{
		"joann@x.com", "mary.ann@x.com", "ann@x.com.au", "ann@x.company", "jöann@x.com", "ann@x.comé", "bob+ann@x.com", "bob%2Bann%40x.com", "ann@y.com", "annX@x.com", "", "x",
		"ann@xscom",
	} {
		f(text, false, false)
	}
	f("u-4711", true, true)
	f("user u-4711 came", true, false)
	f("/users/u-4711/a", true, false)
	f("acme:u-4711", true, false)
	for _, text := range []string{"u-47112", "au-4711", "a-u-4711", "U-4711", "u-4711@x.com", "u-4711%40x.com", "u-4711.example", "x_u-4711"} {
		f(text, false, false)
	}
	f("joe", true, true)
	f("a joe b", false, false)
}

func TestMarksAreFoundHoweverTheirBracketsAreWritten(t *testing.T) {
	body := strings.Repeat("A2", 13)
	subject, err := NewSubject([]string{"ann@x.com"}, func(value string) ([]string, error) { return []string{"<EMAIL:k1:" + body + ">"}, nil })
	require.NoError(t, err)
	texts := regexp.MustCompile(subject.patterns().texts)
	for _, text := range []string{"<EMAIL:k1:" + body + ">", `\u003cEMAIL:k1:` + body + `\u003e`, "%3CEMAIL%3Ak1%3A" + body + "%3E", "&lt;EMAIL:k1:" + body + "&gt;"} {
		require.True(t, texts.MatchString("to "+text), text)
	}
	require.False(t, texts.MatchString("<EMAIL:k1:"+body[1:]+"B>"))
}

func TestASubjectWithoutAnIDIsRefused(t *testing.T) {
	for _, values := range [][]string{nil, {""}, {" "}, {"ann@x.com", ""}, {" ann@x.com"}, {"a\nb"}, {strings.Repeat("a", longest+1)}} {
		_, err := NewSubject(values, nil)
		require.Error(t, err, "%q", values)
	}
}

func FuzzPatternsFindTheValueItself(f *testing.F) {
	f.Add("ann@x.com")
	f.Add(`a\b"c`)
	f.Add("(?i:")
	f.Fuzz(func(t *testing.T, value string) {
		subject, err := NewSubject([]string{value}, nil)
		if err != nil {
			return
		}
		p := subject.patterns()
		require.True(t, regexp.MustCompile(p.ids).MatchString(value))
		require.True(t, regexp.MustCompile(p.texts).MatchString(value))
		require.False(t, regexp.MustCompile(p.texts).MatchString(""))
	})
}
