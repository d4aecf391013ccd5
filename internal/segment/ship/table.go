package ship

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// facts are what has to be known of a table to find a segment's rows in it.
type facts struct {
	// identity of the server and the table: another one has forgotten the tokens.
	identity  string
	partition []column // that the partition key reads
	key       []string // of the sorting key, and the trace id: what names a row
	// sharded tables are Distributed ones: each shard takes its part of an
	// INSERT or not, so that a partition can have a piece of it.
	sharded bool
	// replicated tables note a token together with the rows.
	replicated bool
}

type column struct {
	name   string
	isTime bool
}

// localSuffix is the table behind a Distributed one; keys are its.
const localSuffix = "_local"

func tableNames(table string) string { return "('" + table + "', '" + table + localSuffix + "')" }

func readFacts(ctx context.Context, conn driver.Conn, table string) (*facts, error) {
	f := &facts{}
	identity := "SELECT concat(toString(serverUUID()), ' ', displayName(), ' ', arrayStringConcat(arraySort(groupArray(toString(uuid))), ' ')), countIf(engine = 'Distributed') > 0, countIf(engine LIKE 'Replicated%' OR engine LIKE 'Shared%') > 0" +
		" FROM system.tables WHERE database = currentDatabase() AND name IN " + tableNames(table)
	if err := conn.QueryRow(ctx, identity).Scan(&f.identity, &f.sharded, &f.replicated); err != nil {
		return nil, fmt.Errorf("cannot tell which server has table %s: %w", table, err)
	}
	rows, err := conn.Query(ctx, "SELECT name, any(type), max(is_in_partition_key), max(is_in_sorting_key) FROM system.columns"+
		" WHERE database = currentDatabase() AND table IN "+tableNames(table)+" GROUP BY name ORDER BY min(position)")
	if err != nil {
		return nil, fmt.Errorf("cannot read the keys of table %s: %w", table, err)
	}
	defer rows.Close()
	for rows.Next() {
		var name, typ string
		var partition, sorting uint8
		if err := rows.Scan(&name, &typ, &partition, &sorting); err != nil {
			return nil, fmt.Errorf("cannot read the keys of table %s: %w", table, err)
		}
		if partition != 0 {
			f.partition = append(f.partition, column{name: name, isTime: strings.HasPrefix(typ, "Date")})
		}
		if sorting != 0 || name == "trace_id" {
			f.key = append(f.key, name)
		}
	}
	return f, rows.Err()
}

func (f *facts) partitionedBy() []string {
	names := make([]string, len(f.partition))
	for i, c := range f.partition {
		names[i] = c.name
	}
	return names
}

// present counts the rows of the segment that the table has, by group. Reading
// is bounded to the days of the segment's rows.
func present(ctx context.Context, conn driver.Conn, table, segmentID string, f *facts, set *rowSet) (map[string]int, error) {
	keys := []string{"''"}
	where := "segment_id = '" + segmentID + "'"
	for i, c := range f.partition {
		expression := "toString(" + c.name + ")"
		if c.isTime {
			expression = "toString(toDate32(" + c.name + "))"
			if first, last, ok := set.days(c.name); ok {
				where += fmt.Sprintf(" AND %s >= '%s' AND %s < '%s'", c.name, first, c.name, dayAfter(last))
			}
		}
		keys = slices.Replace(keys, i, min(i+1, len(keys)), expression)
	}
	query := "SELECT arrayStringConcat([" + strings.Join(keys, ", ") + "], char(0)) AS g, count() FROM " + table + " WHERE " + where + " GROUP BY g"
	// A replica that lags behind would not show what is stored.
	ctx = clickhouse.Context(ctx, clickhouse.WithSettings(clickhouse.Settings{"fallback_to_stale_replicas_for_distributed_queries": 0}))
	rows, err := conn.Query(ctx, query)
	if err != nil {
		return nil, fmt.Errorf("cannot count the segment's rows in table %s: %w", table, err)
	}
	defer rows.Close()
	found := map[string]int{}
	for rows.Next() {
		var key string
		var n uint64
		if err := rows.Scan(&key, &n); err != nil {
			return nil, fmt.Errorf("cannot count the segment's rows in table %s: %w", table, err)
		}
		found[key] = int(n)
	}
	return found, rows.Err()
}

// underWay says whether an INSERT with a token of this beginning still runs: of
// a process that died, or one whose answer was lost.
func underWay(ctx context.Context, conn driver.Conn, token string) (bool, error) {
	var n uint64
	query := "SELECT count() FROM system.processes WHERE startsWith(Settings['insert_deduplication_token'], '" + token + "')"
	if err := conn.QueryRow(ctx, query).Scan(&n); err != nil {
		return false, fmt.Errorf("cannot see which INSERTs are running: %w", err)
	}
	return n > 0, nil
}
