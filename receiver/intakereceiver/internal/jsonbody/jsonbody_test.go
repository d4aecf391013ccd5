package jsonbody

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSplitReadsEveryForm(t *testing.T) {
	f := func(body, wantRecords string, wantRefused int) {
		t.Helper()
		records, refused, err := Split([]byte(body))
		require.NoError(t, err)
		got := make([]string, 0, len(records))
		for _, record := range records {
			got = append(got, string(record.Raw))
		}
		require.Equal(t, wantRecords, strings.Join(got, " "), body)
		require.Len(t, refused, wantRefused, body)
	}

	f(`{"a":1}`, `{"a":1}`, 0)
	f(" \n{\"a\":\n1}\n", "{\"a\":\n1}", 0)
	f(`[{"a":1},{"a":2}]`, `{"a":1} {"a":2}`, 0)
	f("{\"a\":1}\n{\"a\":2}\n", `{"a":1} {"a":2}`, 0)
	f("{\"a\":1}\r\n\r\n{\"a\":2}", `{"a":1} {"a":2}`, 0)
	f(`{"a":1}{"a":2}`, `{"a":1} {"a":2}`, 0)
	f("[{\"a\":1}]\n[{\"a\":2}]", `{"a":1} {"a":2}`, 0)
	f(`[{"a":1}] nope`, `{"a":1}`, 1)
	f("{\"a\":1}\n[{\"a\":2}]", `{"a":1} {"a":2}`, 0)
	f(`[]`, ``, 0)

	// one bad record does not cost the others
	f("{\"a\":1}\nnope\n{\"a\":2}", `{"a":1} {"a":2}`, 1)
	f(`[{"a":1},{"a":2}`, `{"a":1} {"a":2}`, 1)
	f(`[{"a":1},{"a":`, `{"a":1}`, 1)
	f(`[{"a":1},oops]`, `{"a":1}`, 1)

	f(``, ``, 1)
	f(`hello`, ``, 1)
	f(`{"a":`, ``, 1)
}

func TestSplitKeepsThePositionInTheBody(t *testing.T) {
	records, refused, err := Split([]byte("{}\nnope\n{}"))
	require.NoError(t, err)
	require.Equal(t, 2, records[1].Index)
	require.Equal(t, 1, refused[0].Index)
}

func TestSplitRefusesTooManyRecords(t *testing.T) {
	for _, body := range []string{
		strings.Repeat("1\n", MaxRecords+1),
		"[" + strings.Repeat("1,", MaxRecords) + "1]",
		strings.Repeat("nope\n", MaxRecords+1),
	} {
		_, _, err := Split([]byte(body))
		require.ErrorIs(t, err, ErrTooMany)
	}
}

func FuzzSplit(f *testing.F) {
	for _, seed := range []string{`{"a":1}`, `[{"a":1},2]`, "{}\n{}\n", `[`, `{"a"`, "\xff", "[1]\n[2]"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		records, refused, err := Split(body)
		if err != nil {
			require.ErrorIs(t, err, ErrTooMany)
			return
		}
		require.LessOrEqual(t, len(records)+len(refused), MaxRecords)
	})
}
