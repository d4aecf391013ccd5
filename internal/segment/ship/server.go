package ship

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/weir-otel/weir/internal/schema"
)

// ErrInexact is returned by CheckServer where rows could be stored twice, or
// not at all.
var ErrInexact = errors.New("ClickHouse is set so that rows could be stored twice")

// minWindow is how many INSERTs a table has to remember: an hour of one
// collector that seals a segment every five seconds.
const minWindow = 720

// CheckServer says whether each row will be stored exactly once: every finding
// names a setting, what it is, and what to do. warnings are about what an
// outage of the server's machine can lose.
func CheckServer(ctx context.Context, conn driver.Conn) (warnings []string, err error) {
	defaults, err := settingValues(ctx, conn, "SELECT name, value FROM system.merge_tree_settings WHERE name IN", slices.Concat(windowSettings, fsyncSettings))
	if err != nil {
		return nil, err
	}
	rows, err := conn.Query(ctx, tablesOfSegments)
	if err != nil {
		return nil, fmt.Errorf("cannot read the tables' settings: %w", err)
	}
	defer rows.Close()
	var wrong []string
	for rows.Next() {
		var name, engine, full string
		if err := rows.Scan(&name, &engine, &full); err != nil {
			return nil, fmt.Errorf("cannot read the tables' settings: %w", err)
		}
		t := tableSettings{name: name, replicated: strings.HasPrefix(engine, "Replicated"), full: full, defaults: defaults}
		wrong = append(wrong, t.inexact()...)
		warnings = append(warnings, t.unsafe()...)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("cannot read the tables' settings: %w", err)
	}
	more, err := sessionFindings(ctx, conn)
	if err != nil {
		return nil, err
	}
	if wrong = append(wrong, more...); len(wrong) > 0 {
		return warnings, fmt.Errorf("%w: %s", ErrInexact, strings.Join(wrong, "; "))
	}
	return warnings, nil
}

// tablesOfSegments are those that segments are sent to, and those behind their
// views.
const tablesOfSegments = `SELECT name, engine, engine_full FROM system.tables
WHERE database = currentDatabase() AND engine LIKE '%MergeTree' AND (
	name IN (SELECT table FROM system.columns WHERE database = currentDatabase() AND name = 'segment_id')
	OR name IN (SELECT extract(create_table_query, ' TO [^ ]*?([A-Za-z0-9_]+)\\b[ (]') FROM system.tables WHERE database = currentDatabase() AND engine = 'MaterializedView'))
ORDER BY name`

const (
	windowSingle     = "non_replicated_deduplication_window"
	windowReplicated = "replicated_deduplication_window"
	secondsSuffix    = "_seconds"
	fsyncInsert      = "fsync_after_insert"
	fsyncFolder      = "fsync_part_directory"
)

var (
	windowSettings = []string{windowSingle, windowReplicated, windowReplicated + secondsSuffix}
	fsyncSettings  = []string{fsyncInsert, fsyncFolder}
)

// tableSettings are a table's own settings over the server's defaults.
type tableSettings struct {
	name       string
	replicated bool
	full       string // the engine's definition
	defaults   map[string]string
}

func (t tableSettings) value(setting string) int {
	text := t.defaults[setting]
	if found := regexp.MustCompile(`\b` + setting + ` = (\d+)`).FindStringSubmatch(t.full); found != nil {
		text = found[1]
	}
	n, _ := strconv.Atoi(text)
	return n
}

// inexact are the windows that are too small.
func (t tableSettings) inexact() []string {
	needed := map[string]int{windowSingle: minWindow}
	if t.replicated {
		needed = map[string]int{windowReplicated: minWindow, windowReplicated + secondsSuffix: int(schema.DeduplicationWindow.Seconds())}
	}
	var wrong []string
	for _, setting := range windowSettings {
		if least, ok := needed[setting]; ok && t.value(setting) < least {
			wrong = append(wrong, fmt.Sprintf("%s of table %s is %d, expected at least %d: ALTER TABLE %s MODIFY SETTING %s = 10000",
				setting, t.name, t.value(setting), least, t.name, setting))
		}
	}
	return wrong
}

func (t tableSettings) unsafe() []string {
	var found []string
	for _, setting := range fsyncSettings {
		if t.value(setting) == 0 {
			found = append(found, fmt.Sprintf("%s of table %s is 0: a power cut of the server can lose rows that it has acknowledged: ALTER TABLE %s MODIFY SETTING %s = 1",
				setting, t.name, t.name, setting))
		}
	}
	return found
}

// sessionFindings are about what a profile of the user fixes: INSERTs bring
// their own values, unless they may not.
func sessionFindings(ctx context.Context, conn driver.Conn) ([]string, error) {
	names := make([]string, 0, 10)
	for name := range insertSettings("") {
		names = append(names, name)
	}
	slices.Sort(names)
	fixed, err := settingValues(ctx, conn, "SELECT name, value FROM system.settings WHERE readonly AND name IN", names)
	if err != nil {
		return nil, err
	}
	var wrong []string
	for _, name := range names {
		if value, ok := fixed[name]; ok {
			wrong = append(wrong, fmt.Sprintf("setting %s is fixed to %q for this user: remove its constraint from the user's profile", name, value))
		}
	}
	// Since 26.3 this one overrules insert_deduplicate.
	overruling, err := settingValues(ctx, conn, "SELECT name, value FROM system.settings WHERE value = 'disable' AND name IN", []string{"deduplicate_insert"})
	if err != nil {
		return nil, err
	}
	for name, value := range overruling {
		wrong = append(wrong, fmt.Sprintf("setting %s is %q for this user, expected enable: remove it from the user's profile", name, value))
	}
	return wrong, nil
}

func settingValues(ctx context.Context, conn driver.Conn, query string, names []string) (map[string]string, error) {
	rows, err := conn.Query(ctx, query+" ('"+strings.Join(names, "', '")+"')")
	if err != nil {
		return nil, fmt.Errorf("cannot read the server's settings: %w", err)
	}
	defer rows.Close()
	values := map[string]string{}
	for rows.Next() {
		var name, value string
		if err := rows.Scan(&name, &value); err != nil {
			return nil, fmt.Errorf("cannot read the server's settings: %w", err)
		}
		values[name] = value
	}
	return values, rows.Err()
}
