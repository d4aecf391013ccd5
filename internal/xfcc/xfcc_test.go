package xfcc_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/xfcc"
)

func TestParseReadsWhatEnvoySends(t *testing.T) {
	lines := sampleHeaders(t)

	one, err := xfcc.Parse(lines[0])
	require.NoError(t, err)
	require.Equal(t, []xfcc.Element{{
		By:      "http://frontend.example.com",
		Hash:    "468ed33be74eee6556d90c0149c1309e9ba61d6425303443c0748a02dd8de688",
		Subject: "/C=US/ST=CA/L=San Francisco/OU=LC/CN=Test Client",
		URIs:    []string{"http://testclient.example.com"},
	}}, one)

	two, err := xfcc.Parse(lines[1])
	require.NoError(t, err)
	require.Len(t, two, 2)
	require.Equal(t, []string{"spiffe://cluster.local/ns/lc/sa/connector-42"}, two[0].URIs)
	require.Equal(t, []string{"foo.example.com"}, two[1].DNS)
}

func TestParseReadsEveryFormOfAValue(t *testing.T) {
	f := func(header string, want ...xfcc.Element) {
		t.Helper()
		got, err := xfcc.Parse(header)
		require.NoError(t, err, header)
		require.Equal(t, want, got, header)
	}
	f(`Hash=aa`, xfcc.Element{Hash: "aa"})
	f(`Hash=`, xfcc.Element{})
	f(`HASH=aa;uri=b`, xfcc.Element{Hash: "aa", URIs: []string{"b"}})
	f(`Subject="CN=a,O=b;c"`, xfcc.Element{Subject: "CN=a,O=b;c"})
	f(`Subject="CN=\"a\",O=\\b"`, xfcc.Element{Subject: `CN="a",O=\b`})
	f(`Subject=""`, xfcc.Element{})
	f(`URI=http://a/?x=1`, xfcc.Element{URIs: []string{"http://a/?x=1"}})
	f(`URI=a;URI=b;DNS=c;DNS=d`, xfcc.Element{URIs: []string{"a", "b"}, DNS: []string{"c", "d"}})
	f(`By=a;By=b`, xfcc.Element{By: "a"})
	f(`Hash=a;Cert="-----BEGIN%20";Chain="x"`, xfcc.Element{Hash: "a"})
	f(`Hash=a;Future=x`, xfcc.Element{Hash: "a"})
	f(`Hash=a , Hash=b`, xfcc.Element{Hash: "a"}, xfcc.Element{Hash: "b"})
	f(`Subject="a" ,Hash=b`, xfcc.Element{Subject: "a"}, xfcc.Element{Hash: "b"})
}

func TestParseRefusesWhatIsMalformed(t *testing.T) {
	f := func(header, want string) {
		t.Helper()
		_, err := xfcc.Parse(header)
		require.ErrorContains(t, err, want, header)
	}
	f(``, "is empty")
	f(" \t", "is empty")
	f(`Hash`, "element 1: a pair without a key")
	f(`=a`, "element 1: a pair without a key")
	f(`;Hash=a`, "element 1: a pair without a key")
	f(`Hash=a;`, "element 1: a pair without a key")
	f(`Hash=a,`, "element 2: a pair without a key")
	f(`Hash=a,,Hash=b`, "element 2: a pair without a key")
	f(`Hash=a,"`, "element 2: a pair without a key")
	f(`Subject="a`, "element 1: a quote is not closed")
	f(`Subject="a\"`, "element 1: a quote is not closed")
	f(`Subject="a"b`, "element 1: text after a closing quote")
	f(`Subject=a"b"`, "element 1: a quote inside a value")
	f(`Hash=a;Hash=b`, "element 1: Hash occurs twice")
	f(`Subject=a;subject=b`, "element 1: Subject occurs twice")
	f(`Cert=a;Cert=b`, "element 1: Cert occurs twice")
	f(`Chain=a;Chain=b`, "element 1: Chain occurs twice")
	f(`Hash=`+strings.Repeat("a", 64<<10), "too long")
}

func TestLastForgetsEarlierElements(t *testing.T) {
	last, ok := xfcc.Last(`By=a;Hash=b;Subject="c";URI=d;URI=e;DNS=f,URI=g`)
	require.True(t, ok)
	require.Equal(t, []string{"g"}, last.URIs)
	require.Empty(t, last.DNS)
	require.Empty(t, last.By+last.Hash+last.Subject)
}

func TestParseErrorsCarryNoValue(t *testing.T) {
	_, err := xfcc.Parse(`Hash=a;Subject="CN=secret-name"x`)
	require.NotContains(t, err.Error(), "secret-name")
}

func TestLastIsTheElementOfTheOwnEdge(t *testing.T) {
	f := func(fromCaller string) {
		t.Helper()
		last, ok := xfcc.Last(fromCaller + `,By=spiffe://edge;Hash=b;Subject="CN=real";URI=spiffe://real`)
		require.True(t, ok)
		require.Equal(t, xfcc.Element{
			By: "spiffe://edge", Hash: "b", Subject: "CN=real", URIs: []string{"spiffe://real"},
		}, last)
	}
	f(`Hash=a;URI=spiffe://forged`)
	f(`By=spiffe://edge;Subject="CN=forged",Hash=c`)
	f(`Subject="a,b\",URI=spiffe://forged"`)
}

// A caller that opens a quote tries to swallow what the edge appends.
func TestLastGivesNothingWhenTheCallerOpensAQuote(t *testing.T) {
	edge := func(subject string) string {
		return `,By=spiffe://edge;Hash=b;Subject="` + subject + `";URI=spiffe://real`
	}
	for _, forged := range []string{`Hash=a;Subject="`, `Hash=a;URI="`, `Subject="\`, `Subject="x\"`, `X="`, `"`} {
		for _, subject := range []string{`CN=real`, ``, `CN=\"real\"`, `CN=a,O=b`} {
			_, ok := xfcc.Last(forged + edge(subject))
			require.False(t, ok, "%s with subject %s", forged, subject)
		}
	}
}

func sampleHeaders(tb testing.TB) []string {
	tb.Helper()
	data, err := os.ReadFile("testdata/headers.txt")
	require.NoError(tb, err)
	return strings.Split(strings.TrimSpace(string(data)), "\n")
}
