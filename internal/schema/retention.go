package schema

import (
	"context"
	"fmt"
	"strings"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// ttl is the retention clause of a table that has one which Options decide,
// without the keyword; "" for other objects.
func (o object) ttl(opts Options) string {
	for line := range strings.Lines(o.template) {
		if strings.HasPrefix(line, "TTL ") && strings.Contains(line, "retention_days}") {
			filled := object{template: line}.sql(opts)
			return strings.TrimPrefix(filled, "TTL ")
		}
	}
	return ""
}

// wanted are the objects whose retention the options name.
func (o Options) wanted(all []object) []object {
	var found []object
	for _, candidate := range all {
		days := o.RetentionDays
		if strings.Contains(candidate.template, "{rollup_retention_days}") {
			days = o.RollupRetentionDays
		}
		if days != 0 {
			found = append(found, candidate)
		}
	}
	return found
}

// applyRetention changes how long existing tables keep their rows, where the
// options say something else than when they were made.
func applyRetention(ctx context.Context, conn driver.Conn, opts Options, all []object) error {
	current, err := readDefinitions(ctx, conn, opts)
	if err != nil {
		return err
	}
	for _, o := range all {
		want := o.ttl(opts)
		// ClickHouse shows INTERVAL 30 DAY as toIntervalDay(30).
		if want == "" || strings.Contains(current[o.name], "TTL "+intervalCalls(want)) {
			continue
		}
		alter := "ALTER TABLE " + quote(opts.Database) + "." + o.name + " MODIFY TTL " + want
		if err := conn.Exec(ctx, alter); err != nil {
			return fmt.Errorf("cannot change the retention of %s: %w", o.name, err)
		}
	}
	return nil
}

func intervalCalls(ttl string) string {
	var out []string
	words := strings.Fields(ttl)
	for i := 0; i < len(words); i++ {
		if words[i] == "INTERVAL" && i+2 < len(words) {
			out = append(out, "toIntervalDay("+words[i+1]+")")
			i += 2
			continue
		}
		out = append(out, words[i])
	}
	return strings.Join(out, " ")
}

func readDefinitions(ctx context.Context, conn driver.Conn, opts Options) (map[string]string, error) {
	rows, err := conn.Query(ctx, "SELECT name, create_table_query FROM system.tables WHERE database = ?", opts.Database)
	if err != nil {
		return nil, fmt.Errorf("cannot read the definitions of tables: %w", err)
	}
	defer rows.Close()
	found := map[string]string{}
	for rows.Next() {
		var name, definition string
		if err := rows.Scan(&name, &definition); err != nil {
			return nil, fmt.Errorf("cannot read the definition of a table: %w", err)
		}
		found[name] = definition
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("cannot read the definitions of tables: %w", err)
	}
	return found, nil
}
