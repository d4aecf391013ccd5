package fields

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func parse(t testing.TB, text string) Object {
	t.Helper()
	o, ok := Parse([]byte(text))
	require.True(t, ok)
	return o
}

func TestOnlyObjectsAreParsed(t *testing.T) {
	for _, text := range []string{`null`, `17`, `"a"`, `[]`, `{`, ``} {
		_, ok := Parse([]byte(text))
		require.False(t, ok, text)
	}
}

func TestTextIsTheFirstValueAsItWasWritten(t *testing.T) {
	f := func(object, want string) {
		t.Helper()
		require.Equal(t, want, parse(t, object).Text("a", "b.c"))
	}
	f(`{"a":"x","b":{"c":"y"}}`, "x")
	f(`{"a":"-","b":{"c":"y"}}`, "y")
	f(`{"a":null,"b.c":"z"}`, "z")
	f(`{"a":17.50}`, "17.50")
	f(`{"a":true}`, "true")
	f(`{"a":[],"b":[]}`, "")
	f(`{"a":{"c":1}}`, "")
	f(`{}`, "")
}

func TestTextsIsOneOrAList(t *testing.T) {
	f := func(object string, want ...string) {
		t.Helper()
		require.Equal(t, want, parse(t, object).Texts("a"))
	}
	f(`{"a":"x"}`, "x")
	f(`{"a":["x",null,"-",{},2]}`, "x", "2")
	f(`{"a":[]}`)
	f(`{"a":{}}`)
	f(`{}`)
}

func TestNumbersMayBeTexts(t *testing.T) {
	f := func(object string, want float64, wantPresent bool) {
		t.Helper()
		n, present, refusal := parse(t, object).Number("a", "b")
		require.Nil(t, refusal)
		require.Equal(t, wantPresent, present, object)
		require.InDelta(t, want, n, 0, object)
	}
	f(`{"a":0.037}`, 0.037, true)
	f(`{"a":" 12 "}`, 12, true)
	f(`{"a":"","b":"-1"}`, -1, true)
	f(`{"a":"-"}`, 0, false)
	f(`{"a":null}`, 0, false)
	f(`{}`, 0, false)
}

func TestWholeKeepsEveryDigit(t *testing.T) {
	f := func(object string, want int64) {
		t.Helper()
		n, present, refusal := parse(t, object).Whole("a")
		require.Nil(t, refusal)
		require.True(t, present)
		require.Equal(t, want, n)
	}
	f(`{"a":1787217164201345678}`, 1787217164201345678)
	f(`{"a":"200"}`, 200)
	f(`{"a":1200.9}`, 1200)
	f(`{"a":1e3}`, 1000)
}

func TestWhatIsNoNumberIsRefusedUnderItsKey(t *testing.T) {
	for _, object := range []string{`{"b":{"c":"soon"}}`, `{"b":{"c":{}}}`, `{"b":{"c":[]}}`, `{"b":{"c":"NaN"}}`, `{"b":{"c":1e19}}`, `{"b":{"c":true}}`} {
		_, _, refusal := parse(t, object).Whole("a", "b.c")
		require.NotNil(t, refusal, object)
		require.Equal(t, "b.c", refusal.Field)
		require.NotEmpty(t, refusal.Expected)
	}
}

func TestSizesThatAreNoneAreUnknown(t *testing.T) {
	f := func(object string, want int64, wantKnown bool) {
		t.Helper()
		n, known := parse(t, object).Size("a")
		require.Equal(t, wantKnown, known, object)
		require.Equal(t, want, n)
	}
	f(`{"a":0}`, 0, true)
	f(`{"a":"20480"}`, 20480, true)
	f(`{"a":-1}`, 0, false)
	f(`{"a":"many"}`, 0, false)
	f(`{}`, 0, false)
}

func TestTimesOfEveryForm(t *testing.T) {
	at := time.Date(2026, 8, 20, 9, 12, 44, 0, time.UTC)
	f := func(value string, want time.Time) {
		t.Helper()
		got, present, refusal := parse(t, `{"t":`+value+`}`).Time("t")
		require.Nil(t, refusal, value)
		require.True(t, present, value)
		require.Equal(t, want, got, value)
	}
	f(`"2026-08-20T09:12:44Z"`, at)
	f(`"2026-08-20T11:12:44+02:00"`, at)
	f(`"2026-08-20T09:12:44.2013456Z"`, at.Add(201345600))
	f(`"2026-08-20T09:12:44.201"`, at.Add(201*time.Millisecond))
	f(`"2026-08-20 09:12:44"`, at)
	f(`"20/Aug/2026:09:12:44 +0000"`, at)
	f(`1787217164`, at)
	f(`"1787217164.201"`, at.Add(201*time.Millisecond))
	f(`1787217164201`, at.Add(201*time.Millisecond))
	f(`1787217164201.4`, at.Add(201*time.Millisecond))
	f(`"1787217164201345"`, at.Add(201345*time.Microsecond))
	f(`1787217164201345678`, at.Add(201345678))
}

func TestWhatIsNoTimeIsRefusedUnderItsKey(t *testing.T) {
	for _, value := range []string{`"2020-10-14T17:xx:xx.xx"`, `-5`, `{}`, `1e30`, `"0001-01-01T00:00:00Z"`, `"9999-01-01T00:00:00Z"`} {
		_, _, refusal := parse(t, `{"t":`+value+`}`).Time("t")
		require.NotNil(t, refusal, value)
		require.Equal(t, "t", refusal.Field)
	}
	_, present, refusal := parse(t, `{"t":"-"}`).Time("t")
	require.False(t, present)
	require.Nil(t, refusal)
}

func FuzzTime(f *testing.F) {
	f.Add("1787217164.201")
	f.Add("20/Aug/2026:09:12:44 +0000")
	f.Fuzz(func(t *testing.T, text string) {
		got, present, refusal := Object{"t": text}.Time("t")
		if present && refusal == nil {
			require.GreaterOrEqual(t, got.UnixNano(), int64(0))
		}
	})
}
