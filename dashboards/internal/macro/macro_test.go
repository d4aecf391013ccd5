package macro

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var during = Context{
	From: time.Unix(1000, 0), To: time.Unix(2000, 0), Interval: 90 * time.Second,
	Variables: map[string]Variable{
		"all": {All: true}, "one": {Values: []string{"a"}}, "two": {Values: []string{"a", "b"}},
		"none": {}, "quote": {Values: []string{"O'Neil"}},
	},
}

func TestExpand(t *testing.T) {
	f := func(sql, want string) {
		t.Helper()
		got, err := Expand(sql, during)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	f("SELECT 1", "SELECT 1")
	f("$__timeFilter(hour)", "hour >= toDateTime(1000) AND hour <= toDateTime(2000)")
	f("$__timeFilter_ms(t)", "t >= fromUnixTimestamp64Milli(1000000) AND t <= fromUnixTimestamp64Milli(2000000)")
	f("$__fromTime + $__toTime + $__interval_s", "toDateTime(1000) + toDateTime(2000) + 90")
	f("$__conditionalAll(x IN (${all:singlequote}), $all)", "1=1")
	f("$__conditionalAll(x IN (${one:singlequote}), $one)", "x IN ('a')")
	f("$__conditionalAll((x IN (${two:singlequote}) OR f(x)), $two)", "(x IN ('a','b') OR f(x))")
	f("x IN (${none:singlequote})", "x IN ()")
	f("x IN (${quote:singlequote})", `x IN ('O\'Neil')`)
}

func TestExpandRefusesWhatGrafanaWouldNotKnow(t *testing.T) {
	f := func(sql, want string) {
		t.Helper()
		_, err := Expand(sql, during)
		require.ErrorContains(t, err, want)
	}
	f("$__timeFiltr(hour)", "$__timeFiltr")
	f("$__from", "$__from")
	f("${other:singlequote}", `"other"`)
	f("$__conditionalAll(x, $other)", "$other")
	f("$__conditionalAll(x)", "needs a condition and a variable")
	f("$__timeFilter(hour", "not closed")
	f("$one", "$one")
	f("${one}", "${one}")
}
