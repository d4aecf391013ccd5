package sqlguard

import (
	_ "embed"
	"strings"
	"sync"
)

// Options says what a reader may see. The zero value allows no table at all;
// begin with DefaultOptions.
type Options struct {
	// CurrentDatabase is what unqualified table names resolve to: the
	// connection's database. If it is not one of Databases, every table must be
	// qualified.
	CurrentDatabase string
	// Databases whose tables may be read and described.
	Databases []string
	// SystemTables are the tables of the system database that may be read.
	SystemTables []string
	// Settings that a SETTINGS clause may set.
	Settings []string
}

// DefaultOptions allows Weir's own databases, the system tables that Grafana's
// ClickHouse datasource and clickhouse-go ask for, and harmless settings.
func DefaultOptions(currentDatabase string) Options {
	return Options{
		CurrentDatabase: currentDatabase,
		Databases:       []string{"weir", "otel_compat"},
		SystemTables:    defaultSystemTables(),
		Settings:        defaultSettings(),
	}
}

func defaultSystemTables() []string {
	return []string{
		"columns", "collations", "contributors", "data_type_families", "databases", "formats", "functions", "keywords", "licenses",
		"numbers", "numbers_mt", "one", "table_engines", "table_functions", "tables", "time_zones", "zeros", "zeros_mt",
	}
}

// defaultSettings leaves out everything that names a file, a host or a schema,
// lifts a limit of the server, or filters rows: additional_table_filters
// carries the tenant's filter.
func defaultSettings() []string {
	return []string{
		"aggregate_functions_null_for_empty", "cast_keep_nullable", "date_time_output_format", "distinct_overflow_mode", "extremes", "final",
		"group_by_overflow_mode", "group_by_use_nulls", "join_algorithm", "join_any_take_last_row", "join_default_strictness", "join_overflow_mode",
		"join_use_nulls", "limit", "max_block_size", "max_bytes_to_read", "max_execution_time", "max_result_bytes", "max_result_rows",
		"max_rows_in_distinct", "max_rows_in_join", "max_rows_in_set", "max_rows_to_group_by", "max_rows_to_read", "max_rows_to_sort", "max_threads",
		"offset", "optimize_aggregation_in_order", "optimize_move_to_prewhere", "optimize_read_in_order",
		"output_format_json_quote_64bit_floats", "output_format_json_quote_64bit_integers", "output_format_json_quote_denormals",
		"output_format_json_quote_decimals", "output_format_native_encode_types_in_binary_format", "prefer_column_name_to_alias",
		"read_overflow_mode", "result_overflow_mode", "session_timezone", "short_circuit_function_evaluation", "sort_overflow_mode",
		"timeout_overflow_mode", "totals_mode", "transform_null_in", "union_default_mode",
	}
}

//go:embed functions.txt
var functionsFile string

// catalog holds the fixed lists in the form the checks ask them.
type catalog struct {
	functions      map[string]bool
	aggregates     map[string]bool
	tableFunctions map[string]bool
	beforeParen    map[string]bool
	forbidden      map[string]bool
}

var loadCatalog = sync.OnceValue(func() *catalog {
	c := &catalog{
		functions:      map[string]bool{},
		aggregates:     map[string]bool{},
		tableFunctions: set("generate_series generateseries null numbers numbers_mt primes values view zeros zeros_mt"),
		beforeParen:    set(keywordsBeforeParen + " " + typesWithParameters),
		forbidden:      set(forbiddenWords),
	}
	section := ""
	for line := range strings.Lines(functionsFile) {
		line = strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, "["):
			section = strings.Trim(line, "[]")
		default:
			for name := range strings.FieldsSeq(line) {
				c.functions[name] = true
				if section == "aggregate" {
					c.aggregates[name] = true
				}
			}
		}
	}
	return c
})

const (
	// keywordsBeforeParen may stand before "(" without being a function.
	keywordsBeforeParen = `all and any apply as between by case columns cube desc describe distinct else end except exists fill filter from group_by having
		ilike in interpolate intersect interval is join like limit materialized not offset on or order over prewhere qualify recursive regexp replace rollup
		select sets step table then to top totals union using when where window with`
	typesWithParameters = `aggregatefunction array datetime datetime32 datetime64 decimal decimal128 decimal256 decimal32 decimal64 dynamic enum
		enum16 enum8 fixedstring json lowcardinality map nested nullable simpleaggregatefunction tuple variant time64`
	// forbiddenWords never stand outside quotes in a statement that only reads.
	forbiddenWords = `alter attach backup clone copy create deallocate detach drop execute grant infile insert into kill move optimize outfile
		parallel prepare rename restore revoke snapshot truncate undrop watch`
)

func set(words string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		m[w] = true
	}
	return m
}

// isFunction reports whether a call of name (lower case) is allowed.
func (c *catalog) isFunction(name string) bool {
	return c.functions[name] || c.isAggregate(name)
}

// isAggregate accepts combinators: sumIf, uniqArrayIf, quantilesTDigestState.
func (c *catalog) isAggregate(name string) bool {
	if c.aggregates[name] {
		return true
	}
	for _, suffix := range []string{
		"if", "array", "map", "distinct", "ordefault", "ornull", "resample", "foreach", "argmin", "argmax", "simplestate", "state", "merge", "tuple",
	} {
		if base, ok := strings.CutSuffix(name, suffix); ok && base != "" && c.isAggregate(base) {
			return true
		}
	}
	return false
}
