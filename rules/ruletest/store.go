package ruletest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/weir-otel/weir/internal/catalog"
	"github.com/weir-otel/weir/internal/queryrule"
	"github.com/weir-otel/weir/internal/schema"
)

// Database is where tests of query rules put their rows; it must not exist.
const Database = "weir_rule_tests"

// keep is long enough for rows of any year in a test.
const keepDays = 30_000

// store holds the rows of one test at a time in the real engine.
type store struct {
	conn    driver.Conn
	shared  string              // columns that action_reports and actions both have
	filled  []string            // tables with rows of the test before
	catalog [2]*catalog.Catalog // the previous and the present one that are published
}

// newStore makes the tables for tests in an engine of their own: open must give
// a connection for a database.
func newStore(ctx context.Context, open func(database string) (driver.Conn, error)) (*store, error) {
	admin, err := open("default")
	if err != nil {
		return nil, err
	}
	err = schema.Apply(ctx, admin, schema.Options{Database: Database, RetentionDays: keepDays, RollupRetentionDays: keepDays})
	if err := errors.Join(err, admin.Close()); err != nil {
		return nil, fmt.Errorf("cannot make the tables for tests: %w", err)
	}
	s := &store{}
	if s.conn, err = open(Database); err != nil {
		return nil, err
	}
	if err := s.prepare(ctx); err != nil {
		return nil, errors.Join(err, s.conn.Close())
	}
	return s, nil
}

func (s *store) prepare(ctx context.Context) error {
	const columns = `SELECT arrayStringConcat(groupArray(name), ', ') FROM (SELECT name FROM system.columns
		WHERE database = currentDatabase() AND table IN ('actions', 'action_reports') GROUP BY name HAVING count() = 2 ORDER BY name)`
	if err := s.conn.QueryRow(ctx, columns).Scan(&s.shared); err != nil {
		return fmt.Errorf("cannot read the columns of actions: %w", err)
	}
	for _, table := range append([]string{"action_reports", "events", "resources", "spans", "logs", "catalog_connectors"}, derived...) {
		// Nobody needs these rows after a crash.
		if err := s.conn.Exec(ctx, "ALTER TABLE "+table+" MODIFY SETTING fsync_after_insert = 0, fsync_part_directory = 0"); err != nil {
			return fmt.Errorf("cannot prepare table %s: %w", table, err)
		}
	}
	return nil
}

func (s *store) close() error { return s.conn.Close() }

// fill replaces what is stored by the rows of a test.
func (s *store) fill(ctx context.Context, t *Test) error {
	if s.catalog != [2]*catalog.Catalog{t.previous, t.catalog} {
		if err := s.publish(ctx, t); err != nil {
			return err
		}
	}
	for _, table := range s.filled {
		if err := s.empty(ctx, table); err != nil {
			return err
		}
	}
	s.filled = nil
	for _, table := range []struct {
		name string
		rows []row
	}{{"action_reports", t.input.reports}, {"events", t.input.events}, {"resources", t.input.resources}, {"spans", t.input.spans}, {"logs", t.input.logs}} {
		if err := s.insert(ctx, table.name, table.rows); err != nil {
			return err
		}
	}
	if len(t.input.reports) == 0 {
		return nil
	}
	return s.derive(ctx, t.Rule.SQL)
}

func (s *store) empty(ctx context.Context, table string) error {
	if err := s.conn.Exec(ctx, "TRUNCATE TABLE "+table); err != nil {
		return fmt.Errorf("cannot empty table %s: %w", table, err)
	}
	return nil
}

// publish writes the catalogs of a test as they would have been: the previous
// one two days before, the present one since a day.
func (s *store) publish(ctx context.Context, t *Test) error {
	if err := s.empty(ctx, "catalog_connectors"); err != nil {
		return err
	}
	s.catalog = [2]*catalog.Catalog{t.previous, t.catalog}
	for i, c := range s.catalog {
		if c == nil || len(c.Connectors) == 0 {
			continue
		}
		if err := queryrule.PublishCatalog(ctx, s.conn, c); err != nil {
			return err
		}
		const backdate = `INSERT INTO catalog_connectors SELECT * REPLACE (fromUnixTimestamp64Milli(?, 'UTC') AS published_at) FROM catalog_connectors WHERE revision = ?`
		at := t.At.Add(time.Duration(i-2) * 24 * time.Hour)
		if err := s.conn.Exec(ctx, backdate, at.UnixMilli(), c.Revision); err != nil {
			return fmt.Errorf("cannot publish the catalog: %w", err)
		}
	}
	return nil
}

func (s *store) insert(ctx context.Context, table string, rows []row) error {
	if len(rows) == 0 {
		return nil
	}
	var body bytes.Buffer
	encoder := json.NewEncoder(&body)
	for _, r := range rows {
		if err := encoder.Encode(r); err != nil {
			return fmt.Errorf("cannot write a row of %s: %w", table, err)
		}
	}
	if err := s.conn.InsertFormat(ctx, "JSONEachRow", "INSERT INTO "+table, &body); err != nil {
		return fmt.Errorf("cannot insert into %s (is every key one of its columns?): %w", table, err)
	}
	s.filled = append(s.filled, table)
	return nil
}

// derived are the tables that are made of action_reports; ofActions those that
// materialized views make of actions.
var (
	derived   = append([]string{"actions", "connector_5m", "connector_hours", "coverage_5m", "connector_facts"}, ofActions...)
	ofActions = []string{"call_traits", "operation_routes"}
)

const (
	rollupKeys    = `tenant_id, connector_id, platform_name, environment, method, route, status_class`
	rollupColumns = rollupKeys + `, actions, adjusted_count, errors, bytes_in, bytes_out, cost, duration_ns_sum, latency_histogram, users, computed_at`
	rollupFigures = rollupKeys + `, count(), sum(adjusted_count), sum(adjusted_count * is_error), sum(adjusted_count * bytes_in), sum(adjusted_count * bytes_out),
		sum(adjusted_count * cost), sum(adjusted_count * duration_ns), sumMap(map(toInt16(floor(4 * log2(greatest(duration_ns, 1)))), adjusted_count)),
		uniqCombined64StateIf(12)(user_id, user_id != ''), now64(6) FROM action_reports WHERE dry_run = 0 GROUP BY at, ` + rollupKeys
)

// derive makes the tables that the SQL reads of the reports. The recompute does
// the same, and much more, for calls with several reports.
func (s *store) derive(ctx context.Context, sql string) error {
	s.filled = append(append(s.filled, "connector_facts"), ofActions...) // by their materialized views
	if slices.ContainsFunc(ofActions, func(table string) bool { return strings.Contains(sql, table) }) {
		sql += " actions"
	}
	for table, statement := range map[string]string{
		"actions":         "(" + s.shared + ", live, reports, computed_at) SELECT " + qualified(s.shared) + ", 1, 1, now64(6) FROM action_reports AS r",
		"connector_5m":    "(bucket, " + rollupColumns + ") SELECT bucket AS at, " + rollupFigures,
		"connector_hours": "(hour, " + rollupColumns + ") SELECT toStartOfHour(bucket) AS at, " + rollupFigures,
		"coverage_5m": `(bucket, tenant_id, service_name, identity_status, unattributed_reason, trace_context, actions, adjusted_count, computed_at)
			SELECT bucket, tenant_id, service_name, identity_status, unattributed_reason, 'complete', count(), sum(adjusted_count), now64(6)
			FROM action_reports GROUP BY bucket, tenant_id, service_name, identity_status, unattributed_reason`,
	} {
		if !strings.Contains(sql, table) {
			continue
		}
		if err := s.conn.Exec(ctx, "INSERT INTO "+table+" "+statement); err != nil {
			return fmt.Errorf("cannot fill table %s: %w", table, err)
		}
		s.filled = append(s.filled, table)
	}
	return nil
}

// qualified keeps columns apart from aliases of the same name.
func qualified(columns string) string { return "r." + strings.ReplaceAll(columns, ", ", ", r.") }

func jsonText(value any) string {
	data, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	return string(data)
}
