package native

import (
	"bytes"
	"strconv"
	"testing"

	"github.com/ClickHouse/ch-go/proto"
	"github.com/stretchr/testify/require"
)

// decode reads a column with ch-go.
func decode(t *testing.T, c Column, into interface {
	proto.ColResult
},
) {
	t.Helper()
	var buf proto.Buffer
	if s, ok := c.(stateful); ok {
		s.EncodeState(&buf)
	}
	c.EncodeColumn(&buf)
	r := proto.NewReader(bytes.NewReader(buf.Buf))
	if s, ok := into.(proto.StateDecoder); ok {
		require.NoError(t, s.DecodeState(r))
	}
	require.NoError(t, into.DecodeColumn(r, c.Rows()))
}

func TestDictionariesOfEveryWidthReadBack(t *testing.T) {
	for _, distinct := range []int{1, 2, 256, 257, 65536, 65537} {
		c := NewDictionary(nil)
		var want []string
		for i := range distinct + 3 {
			v := "value-" + strconv.Itoa(i%distinct)
			c.Append(v)
			want = append(want, v)
		}
		got := new(proto.ColStr).LowCardinality()
		decode(t, c, got)
		require.Equal(t, want, got.Values, distinct)

		c.Reset()
		require.Zero(t, c.Rows())
		c.Append("again")
		got = new(proto.ColStr).LowCardinality()
		decode(t, c, got)
		require.Equal(t, []string{"again"}, got.Values)
	}
}

func TestValuesThatDifferWhereSortsDoNotLookReadBack(t *testing.T) {
	c := NewDictionary(nil)
	for range 2 { // the second time, recent has numbers of the first
		var want []string
		for i := range 1000 {
			v := []string{"", "a", "ab", "abc", "beginning-" + strconv.Itoa(100+i*i%37) + "-its end", "\x00\x00\x00\x00\x00\x00\x00\x00"}[i*i%6]
			c.Append(v)
			want = append(want, v)
		}
		got := new(proto.ColStr).LowCardinality()
		decode(t, c, got)
		require.Equal(t, want, got.Values)
		c.Reset()
		c.Append("first")
		c.Reset()
	}
}

func TestDictionaryGivesTheTagOfEachValue(t *testing.T) {
	calls := 0
	c := NewDictionary(func(v string) uint8 {
		calls++
		return uint8(len(v))
	})
	for range 3 {
		for _, v := range []string{"a", "bb", "ccc", "a"} {
			require.EqualValues(t, len(v), c.Append(v))
		}
	}
	require.Equal(t, 3, calls)
}

func TestStringsReadBack(t *testing.T) {
	c := &Strings{}
	want := []string{"", "short", string(bytes.Repeat([]byte("x"), 127)), string(bytes.Repeat([]byte("y"), 128)), "\x00\xff"}
	for i, v := range want {
		if i%2 == 0 {
			c.Append(v)
		} else {
			c.AppendBytes([]byte(v))
		}
	}
	var got proto.ColStr
	decode(t, c, &got)
	for i, v := range want {
		require.Equal(t, v, got.Row(i))
	}
}

func TestEmptyValuesAreAddedManyAtOnce(t *testing.T) {
	dictionary, texts, lists := NewDictionary(nil), &Strings{}, NewArray(&Strings{})
	for _, empty := range []int{0, 3, 1} {
		dictionary.AppendEmpty(empty)
		dictionary.Append("x")
		texts.AppendEmpty(empty)
		texts.Append("x")
		lists.AppendEmpty(empty)
		lists.Values.Append("x")
		lists.End()
	}
	want := []string{"x", "", "", "", "x", "", "x"}
	gotDictionary, gotTexts, gotLists := new(proto.ColStr).LowCardinality(), proto.ColStr{}, new(proto.ColStr).Array()
	decode(t, dictionary, gotDictionary)
	decode(t, texts, &gotTexts)
	decode(t, lists, gotLists)
	require.Equal(t, want, gotDictionary.Values)
	for i, v := range want {
		require.Equal(t, v, gotTexts.Row(i))
		require.Equal(t, v != "", len(gotLists.Row(i)) == 1)
	}
}

func TestABlockWithUnevenColumnsIsRefused(t *testing.T) {
	a, b := &Strings{}, &Strings{}
	a.Append("x")
	block := Block{Fields: []Field{{"a", a}, {"b", b}}}
	require.ErrorContains(t, block.Encode(&proto.Buffer{}), "column b has 0 rows, expected 1")
}
