package schema

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// definition is a table as ClickHouse has it.
type definition struct {
	sql           string // CREATE TABLE …, in ClickHouse's own form
	storagePolicy string
	comment       string
}

// definitions are the tables of the database by name.
type definitions map[string]definition

func readDefinitions(ctx context.Context, conn driver.Conn, opts Options) (definitions, error) {
	rows, err := conn.Query(ctx, "SELECT name, create_table_query, storage_policy, comment FROM system.tables WHERE database = ?", opts.Database)
	if err != nil {
		return nil, fmt.Errorf("cannot read the definitions of tables: %w", err)
	}
	defer rows.Close()
	found := definitions{}
	for rows.Next() {
		var name string
		var d definition
		if err := rows.Scan(&name, &d.sql, &d.storagePolicy, &d.comment); err != nil {
			return nil, fmt.Errorf("cannot read the definition of a table: %w", err)
		}
		found[name] = d
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("cannot read the definitions of tables: %w", err)
	}
	return found, nil
}

// readSettings reads which table settings the server knows.
func readSettings(ctx context.Context, conn driver.Conn) (map[string]bool, error) {
	var names []string
	if err := conn.QueryRow(ctx, "SELECT groupArray(name) FROM system.merge_tree_settings").Scan(&names); err != nil {
		return nil, fmt.Errorf("cannot read the table settings that the server knows: %w", err)
	}
	known := make(map[string]bool, len(names))
	for _, name := range names {
		known[name] = true
	}
	return known, nil
}

// frozen says that a rebuild reads, or has read, the table.
func (d definition) frozen() bool { return strings.Contains(d.sql, frozenMark) }

// Retention and moves in the forms that tables of any version have:
// toIntervalDay(30), or of the row with 0 for the default.
var (
	keptDays  = regexp.MustCompile(` TTL (?:.*, )?[^,]* \+ toIntervalDay\((?:if\(\(?retention_days = 0\)?, )?(\d+)`)
	movedDays = regexp.MustCompile(`toIntervalDay\((\d+)\) TO VOLUME '((?:[^'\\]|\\.)*)'`)
	windowSet = regexp.MustCompile(`replicated_deduplication_window = (\d+)`)
)

// inherit fills in what o does not say from the tables that are there, so that
// a migration by somebody who does not name a retention keeps it.
func (o Options) inherit(all []object, found definitions) Options {
	l := newLayout(o, all, nil)
	for _, x := range all {
		d, ok := found[l.stored(x.name)]
		if !ok || x.kind != KindTable {
			continue
		}
		days := &o.RollupRetentionDays
		if x.moves() {
			days = &o.RetentionDays
			o.Storage = o.Storage.inherit(d)
		} else if !strings.Contains(x.template, "{rollup_retention_days}") {
			continue
		}
		if m := keptDays.FindStringSubmatch(d.sql); m != nil && *days == 0 {
			*days, _ = strconv.Atoi(m[1]) // digits
		}
	}
	return o
}

func (s Storage) inherit(d definition) Storage {
	if s.Policy == "" && d.storagePolicy != "default" {
		s.Policy = d.storagePolicy
	}
	if m := movedDays.FindStringSubmatch(d.sql); m != nil && s.MoveAfterDays == 0 {
		s.MoveAfterDays, _ = strconv.Atoi(m[1]) // digits
		s.Volume = m[2]
	}
	return s
}

// change is an ALTER that the options ask for.
type change struct{ table, sql string }

// changes are where tables have another retention, storage or window than the
// options name. Windows only grow: a smaller one would forget.
func (p *plan) changes(ctx context.Context) ([]change, error) {
	ttls, err := p.formattedTTLs(ctx)
	if err != nil {
		return nil, err
	}
	var all []change
	for _, o := range p.objects {
		stored := p.layout.stored(o.name)
		current, ok := p.found[stored]
		if !ok || o.kind != KindTable || o.compat || len(p.pendingFor(o)) > 0 {
			continue
		}
		alter := func(what string) {
			all = append(all, change{stored, "ALTER TABLE " + p.opts.table(stored) + p.opts.onCluster() + " MODIFY " + what})
		}
		if o.moves() && p.opts.Storage.Policy != "" && current.storagePolicy != p.opts.Storage.Policy {
			alter("SETTING storage_policy = " + literal(p.opts.Storage.Policy))
		}
		if want := ttls[o.name]; want != "" && !strings.Contains(current.sql, " TTL "+want+" ") {
			alter("TTL " + want)
		}
		if m := windowSet.FindStringSubmatch(current.sql); m != nil {
			if is, err := strconv.Atoi(m[1]); err == nil && is < p.layout.window(o) {
				alter("SETTING " + p.layout.windowSetting(o))
			}
		}
	}
	return all, nil
}

// formattedTTLs are the retentions of tables as ClickHouse writes them.
func (p *plan) formattedTTLs(ctx context.Context) (map[string]string, error) {
	var names, alters []string
	for _, o := range p.objects {
		if ttl := p.layout.ttlTemplate(o); strings.Contains(ttl, "retention_days}") && o.kind == KindTable {
			names = append(names, o.name)
			alters = append(alters, literal("ALTER TABLE t MODIFY TTL "+p.opts.fill(ttl)))
		}
	}
	rows, err := p.conn.Query(ctx, "SELECT formatQuerySingleLine(arrayJoin(["+strings.Join(alters, ", ")+"]))")
	if err != nil {
		return nil, fmt.Errorf("cannot format the retention of tables: %w", err)
	}
	defer rows.Close()
	ttls := map[string]string{}
	for i := 0; rows.Next(); i++ {
		var alter string
		if err := rows.Scan(&alter); err != nil {
			return nil, fmt.Errorf("cannot format the retention of %s: %w", names[i], err)
		}
		_, ttl, _ := strings.Cut(alter, "MODIFY TTL ")
		ttls[names[i]] = strings.TrimSuffix(ttl, ")") // ALTER TABLE t (MODIFY TTL …)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("cannot format the retention of tables: %w", err)
	}
	return ttls, nil
}
