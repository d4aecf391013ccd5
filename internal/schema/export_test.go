package schema

import (
	"context"
	"io/fs"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// WithFiles has other files than those of the package: folders sql and
// migrations.
func (o Options) WithFiles(from fs.FS) Options {
	o.from = from
	return o
}

// Files are those of the package.
func Files() fs.FS { return files }

// LockTable is the name of the lock.
const LockTable = lockTable

// EvictLock removes the lock if it was not renewed for so long.
func EvictLock(ctx context.Context, conn driver.Conn, opts Options, lasts time.Duration) error {
	l := newLock(conn, opts)
	l.lasts = lasts
	return l.evict(ctx)
}

// ParseMigration returns the statements of a migration, or the table that it
// rebuilds.
func ParseMigration(text string) (statements []string, rebuild string, err error) {
	m, err := parseMigration(2, "test", text)
	return m.statements, m.rebuild, err
}
