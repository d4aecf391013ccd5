package erase

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWhatATypeHoldsFollowsFromItsName(t *testing.T) {
	f := func(typ, want string) {
		t.Helper()
		got, err := reach("x", typ, "p")
		require.NoError(t, err, typ)
		require.Equal(t, want, got, typ)
	}
	for _, typ := range []string{
		"UInt8", "Int256", "Float64", "DateTime64(9, 'UTC')", "Bool", "UUID", "FixedString(16)", "Enum8('a' = 1)", "Array(UInt8)", "Map(UInt8, DateTime('UTC'))",
		"AggregateFunction(uniqCombined64(12), String)", "AggregateFunction(sum, UInt64)", "LowCardinality(UUID)",
	} {
		f(typ, "")
	}
	f("String", "match(x, p)")
	f("LowCardinality(String)", "match(x, p)")
	f("LowCardinality(Nullable(String))", "match(assumeNotNull(x), p)")
	f("SimpleAggregateFunction(anyLast, String)", "match(x, p)")
	f("Array(String)", "arrayExists(v0 -> match(v0, p), x)")
	f("Map(LowCardinality(String), Int64)", "arrayExists(v0 -> match(v0, p), mapKeys(x))")
	f("Array(Map(LowCardinality(String), String))",
		"arrayExists(v0 -> (arrayExists(v1 -> match(v1, p), mapKeys(v0)) OR arrayExists(v1 -> match(v1, p), mapValues(v0))), x)")
	f("Tuple(a UInt8, b String)", "match(tupleElement(x, 2), p)")
	f("JSON(max_dynamic_paths=8)", "match(ifNull(toString(x), ''), p)")
}

func TestTypesThatCannotBeSearchedAreErrors(t *testing.T) {
	for _, typ := range []string{"AggregateFunction(groupArray, String)", "AggregateFunction(argMax, UInt8, String)", "Geometry", "QBit(Float32, 8)", "Array(Unheard)", "", "Map(String)"} {
		_, err := reach("x", typ, "p")
		require.ErrorContains(t, err, "cannot search type", typ)
	}
	err := checkTables([]table{{name: "new", engine: "MergeTree", columns: []column{{name: "state", typ: "AggregateFunction(groupArray, String)"}}}})
	require.ErrorContains(t, err, "column state of table new")
	err = checkTables([]table{{name: "log", engine: "StripeLog", columns: []column{{name: "text", typ: "String"}}}})
	require.ErrorContains(t, err, "engine StripeLog")
	err = checkTables([]table{{name: "spans", engine: "Distributed"}})
	require.ErrorContains(t, err, "cluster")
}

func FuzzReach(f *testing.F) {
	f.Add("Array(Map(LowCardinality(String), String))")
	f.Add("Tuple(a Enum8('(' = 1), b String)")
	f.Fuzz(func(t *testing.T, typ string) {
		_, _ = reach("x", typ, "p") // must not panic
	})
}
