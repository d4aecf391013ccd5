package schema

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// record is a row of schema_migrations.
type record struct {
	name     string
	checksum string
	at       time.Time
}

// records are the rows of schema_migrations by version.
type records map[uint32]record

// Codes of ClickHouse for what is simply not there yet.
const (
	codeUnknownTable    = 60
	codeUnknownDatabase = 81
)

func hasCode(err error, codes ...int32) bool {
	var exception *clickhouse.Exception
	if !errors.As(err, &exception) {
		return false
	}
	for _, code := range codes {
		if exception.Code == code {
			return true
		}
	}
	return false
}

func readRecords(ctx context.Context, conn driver.Conn, opts Options) (records, error) {
	rows, err := conn.Query(ctx, "SELECT version, name, checksum, applied_at FROM "+opts.table("schema_migrations")+" FINAL")
	if err != nil {
		if hasCode(err, codeUnknownTable, codeUnknownDatabase) {
			return records{}, nil
		}
		return nil, fmt.Errorf("cannot read which schema is applied: %w", err)
	}
	defer rows.Close()
	found := records{}
	for rows.Next() {
		var version uint32
		var r record
		if err := rows.Scan(&version, &r.name, &r.checksum, &r.at); err != nil {
			return nil, fmt.Errorf("cannot read a row of schema_migrations: %w", err)
		}
		found[version] = r
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("cannot read which schema is applied: %w", err)
	}
	return found, nil
}

// entry is a row to write.
type entry struct {
	version  uint32
	name     string
	checksum string
}

func (o object) entry() entry    { return entry{o.version, o.key(), o.checksum} }
func (m migration) entry() entry { return entry{m.version(), m.name, m.checksum} }

// writeRecords writes all rows or none.
func writeRecords(ctx context.Context, conn driver.Conn, opts Options, entries ...entry) error {
	values := make([]string, 0, len(entries))
	names := make([]string, 0, len(entries))
	for _, e := range entries {
		values = append(values, fmt.Sprintf("(%d, %s, %s, now64(6))", e.version, literal(e.name), literal(e.checksum)))
		names = append(names, e.name)
	}
	insert := "INSERT INTO " + opts.table("schema_migrations") + " (version, name, checksum, applied_at) VALUES " + strings.Join(values, ", ")
	if err := conn.Exec(ctx, insert); err != nil {
		return fmt.Errorf("cannot record that %s was applied: %w", strings.Join(names, ", "), err)
	}
	return nil
}

// marked says whether any migration is recorded. Only version 1 left databases
// with objects and without.
func (r records) marked() bool {
	for version := range r {
		if version >= firstMigration {
			return true
		}
	}
	return false
}

// has says whether a migration was applied.
func (r records) has(m migration) bool {
	_, ok := r[m.version()]
	return ok
}

// unknown are migrations of a newer Weir.
func (r records) unknown(known []migration) []string {
	ours := map[uint32]bool{firstMigration + version1: true}
	for _, m := range known {
		ours[m.version()] = true
	}
	var names []string
	for version, found := range r {
		if version >= firstMigration && !ours[version] {
			names = append(names, fmt.Sprintf("%04d_%s", version-firstMigration, found.name))
		}
	}
	return names
}
