package schema

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Paths of replicated tables in Keeper. A table with one copy on every server
// has all servers of all shards as replicas.
const (
	shardPath   = "'/clickhouse/tables/{uuid}/{shard}', '{replica}'"
	everywhere  = "'/clickhouse/tables/{uuid}/all', '{shard}-{replica}'"
	localSuffix = "_local"
)

var (
	engineLine  = regexp.MustCompile(`(?m)^ENGINE = (\w*MergeTree)(?:\((.*)\))?$`)
	orderLine   = regexp.MustCompile(`(?m)^ORDER BY (.+)$`)
	ttlLine     = regexp.MustCompile(`(?m)^TTL (.+)$`)
	settingLine = regexp.MustCompile(`(?m)^SETTINGS (.+);\s*$`)
	windowPart  = regexp.MustCompile(`non_replicated_deduplication_window = (\d+)`)
	shardLine   = regexp.MustCompile(`(?m)^-- shard: (.+)$`)
	ownTable    = regexp.MustCompile(`\{database\}\.(\w+)`)
	joins       = regexp.MustCompile(`(?m)^(\s*)((?:LEFT|INNER|RIGHT|FULL|ANY)[A-Z ]* JOIN) `)
)

// layout knows all objects, because views name tables.
type layout struct {
	opts Options
	// sharded are the tables that a cluster spreads: NAME_local on each server.
	sharded map[string]bool
	// knows are the table settings of the server. Older ones lack some that only
	// save space.
	knows map[string]bool
}

func newLayout(opts Options, all []object, knows map[string]bool) layout {
	l := layout{opts: opts, sharded: map[string]bool{}, knows: knows}
	for _, o := range all {
		l.sharded[o.name] = opts.Cluster != "" && o.kind == KindTable && o.shard() != ""
	}
	return l
}

// shard is the expression that spreads a table's rows: a pure function of the
// row, so that a segment that is sent again is split the same way. "" means
// that every server has all rows.
func (o object) shard() string {
	found := shardLine.FindStringSubmatch(o.template)
	switch {
	case found == nil:
		key := orderLine.FindStringSubmatch(o.template)[1]
		return "cityHash64(" + strings.TrimSuffix(strings.TrimPrefix(key, "("), ")") + ")"
	case strings.TrimSpace(found[1]) == "none":
		return ""
	default:
		return strings.TrimSpace(found[1])
	}
}

// statements create the object, in its newest form.
func (l layout) statements(o object) []string {
	switch o.kind {
	case KindTable:
		statements := []string{l.createTable(o, l.stored(o.name))}
		if l.sharded[o.name] {
			statements = append(statements, l.createDistributed(o))
		}
		return statements
	default:
		return []string{l.createView(o)}
	}
}

// stored is the name of the table that holds the rows.
func (l layout) stored(name string) string {
	if l.sharded[name] {
		return name + localSuffix
	}
	return name
}

// createTable makes the table that holds the rows, under a name.
func (l layout) createTable(o object, name string) string {
	sql := created.ReplaceAllLiteralString(o.template, "CREATE TABLE IF NOT EXISTS "+l.opts.table(name)+l.opts.onCluster())
	sql = ttlLine.ReplaceAllStringFunc(sql, func(string) string { return "TTL " + l.ttlTemplate(o) })
	sql = l.opts.fill(settingLine.ReplaceAllStringFunc(sql, func(string) string {
		return "SETTINGS " + l.settings(o) + ";"
	}))
	if l.opts.Cluster != "" {
		sql = engineLine.ReplaceAllStringFunc(sql, func(line string) string { return l.replicated(o, line) })
	}
	return strings.TrimSuffix(strings.TrimSpace(sql), ";")
}

func (l layout) replicated(o object, line string) string {
	m := engineLine.FindStringSubmatch(line)
	arguments := everywhere
	if l.sharded[o.name] {
		arguments = shardPath
	}
	if m[2] != "" {
		arguments += ", " + m[2]
	}
	return "ENGINE = Replicated" + m[1] + "(" + arguments + ")"
}

// ttlTemplate is the retention of a table, with the move to another volume
// before it; "" for a table without one.
func (l layout) ttlTemplate(o object) string {
	found := ttlLine.FindStringSubmatch(o.template)
	if found == nil {
		return ""
	}
	if l.opts.Storage.MoveAfterDays == 0 || !o.moves() {
		return found[1]
	}
	day, _, _ := strings.Cut(found[1], " + ")
	return fmt.Sprintf("%s + INTERVAL %d DAY TO VOLUME %s, %s", day, l.opts.Storage.MoveAfterDays, literal(l.opts.Storage.Volume), found[1])
}

// moves says that [Storage] is about the table.
func (o object) moves() bool { return strings.Contains(o.template, "{retention_days}") }

// window is how many INSERTs the table remembers, 0 where it does not say.
func (l layout) window(o object) int {
	found := windowPart.FindStringSubmatch(o.template)
	if found == nil {
		return 0
	}
	written, err := strconv.Atoi(found[1])
	if err != nil {
		return 0
	}
	return l.opts.window(written)
}

// windowSetting is the setting that has the window, and its value.
func (l layout) windowSetting(o object) string {
	if l.opts.Cluster == "" {
		return fmt.Sprintf("non_replicated_deduplication_window = %d", l.window(o))
	}
	return fmt.Sprintf("replicated_deduplication_window = %d, replicated_deduplication_window_seconds = %d",
		l.window(o), int((2 * DeduplicationWindow).Seconds()))
}

func (l layout) settings(o object) string {
	found := settingLine.FindStringSubmatch(o.template)
	all := slices.DeleteFunc(strings.Split(found[1], ", "), func(setting string) bool {
		name, _, _ := strings.Cut(setting, " ")
		return !l.knows[name]
	})
	settings := windowPart.ReplaceAllStringFunc(strings.Join(all, ", "), func(string) string { return l.windowSetting(o) })
	if l.opts.Storage.Policy != "" && o.moves() {
		settings += ", storage_policy = " + literal(l.opts.Storage.Policy)
	}
	return settings
}

// createDistributed makes the table that is read and written: it has no rows,
// so it is made anew when the one below changes.
func (l layout) createDistributed(o object) string {
	return fmt.Sprintf("CREATE OR REPLACE TABLE %s%s AS %s ENGINE = Distributed(%s, %s, %s, %s)",
		l.opts.table(o.name), l.opts.onCluster(), l.opts.table(l.stored(o.name)),
		literal(l.opts.Cluster), literal(l.opts.Database), literal(l.stored(o.name)), o.shard())
}

// createView: a view reads what is distributed; a materialized view works where
// the rows are.
func (l layout) createView(o object) string {
	sql := o.template
	if l.opts.Cluster != "" {
		sql = created.ReplaceAllString(sql, "$0"+strings.ReplaceAll(l.opts.onCluster(), "$", "$$"))
		if o.kind == KindMaterializedView {
			sql = ownTable.ReplaceAllStringFunc(sql, func(name string) string {
				return "{database}." + l.stored(strings.TrimPrefix(name, "{database}."))
			})
		} else {
			sql = joins.ReplaceAllString(sql, "${1}GLOBAL $2 ")
		}
	}
	return strings.TrimSuffix(strings.TrimSpace(l.opts.fill(sql)), ";")
}
