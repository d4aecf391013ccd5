package queryrule

import (
	"context"
	"fmt"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/weir-otel/weir/internal/sqlguard"
	"github.com/weir-otel/weir/rules"
)

// What one evaluation may use.
const (
	maxSeconds = 60
	maxMemory  = 512 << 20 // bytes, in the engine;
	spillAfter = 128 << 20 // what a GROUP BY or ORDER BY holds in memory before it goes to disk
	maxRows    = 10_000    // more than anybody reads: the rule is wrong
	maxThreads = 2
)

// Window is what one evaluation looks at, the end excluded.
type Window struct{ Start, End time.Time }

// WindowAt is the window of a rule whose tick is at end.
func WindowAt(rule *rules.Rule, end time.Time) Window {
	return Window{Start: end.Add(-time.Duration(rule.Window)), End: end}
}

// Evaluate runs the rule's SQL over a window and returns a row for each
// finding, by tenant, connector, entity and endpoint. An error names the rule.
func Evaluate(ctx context.Context, conn driver.Conn, rule *rules.Rule, w Window, catalogRevision string) ([]Row, error) {
	found, err := evaluate(ctx, conn, rule, w, catalogRevision)
	if err != nil {
		return nil, fmt.Errorf("cannot evaluate rule %s (%s): %w", rule.Name, rule.Source(), err)
	}
	return found, nil
}

func evaluate(ctx context.Context, conn driver.Conn, rule *rules.Rule, w Window, catalogRevision string) ([]Row, error) {
	if err := sqlguard.Check(rule.SQL, rules.SQLGuard()); err != nil {
		return nil, err
	}
	arguments, err := argumentsOf(rule, w, catalogRevision)
	if err != nil {
		return nil, err
	}
	ctx = clickhouse.Context(ctx, clickhouse.WithParameters(arguments.parameters()), clickhouse.WithSettings(clickhouse.Settings{
		"readonly":                           1,
		"max_execution_time":                 maxSeconds,
		"max_memory_usage":                   maxMemory,
		"max_bytes_before_external_group_by": spillAfter,
		"max_bytes_before_external_sort":     spillAfter,
		"max_result_rows":                    maxRows,
		"result_overflow_mode":               "throw",
		"max_threads":                        maxThreads,
		"session_timezone":                   "UTC",
	}))
	rows, err := conn.Query(ctx, rule.SQL)
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // Err below says what went wrong
	return read(rows)
}
