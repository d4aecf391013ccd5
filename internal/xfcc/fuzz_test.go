package xfcc_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/xfcc"
)

// FuzzXFCC puts any text in front of the edge's element: the last element is the
// edge's or there is none, and Parse and Last agree.
func FuzzXFCC(f *testing.F) {
	for _, line := range sampleHeaders(f) {
		f.Add(line)
	}
	f.Add(`Subject="a\"b",Hash=`)
	f.Add(`Subject="`)
	f.Fuzz(func(t *testing.T, header string) {
		elements, err := xfcc.Parse(header)
		last, ok := xfcc.Last(header)
		require.Equal(t, err == nil, ok)
		if ok {
			want := elements[len(elements)-1]
			require.Equal(t, []string{want.By, want.Hash, want.Subject}, []string{last.By, last.Hash, last.Subject})
			require.ElementsMatch(t, want.URIs, last.URIs)
			require.ElementsMatch(t, want.DNS, last.DNS)
		}
		edge := `,By=spiffe://edge;Hash=b;Subject="CN=real \"name\", O=x";URI=spiffe://real`
		if last, ok := xfcc.Last(header + edge); ok {
			require.Equal(t, "spiffe://edge", last.By)
			require.Equal(t, []string{"spiffe://real"}, last.URIs)
			require.Equal(t, `CN=real "name", O=x`, last.Subject)
		}
		if len(strings.Trim(header, " \t")) == 0 {
			require.False(t, ok)
		}
	})
}

func BenchmarkLast(b *testing.B) {
	header := sampleHeaders(b)[1]
	b.ReportAllocs()
	for b.Loop() {
		if _, ok := xfcc.Last(header); !ok {
			b.Fatal("malformed")
		}
	}
}
