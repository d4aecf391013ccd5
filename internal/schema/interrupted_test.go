package schema_test

import (
	"context"
	"errors"
	"testing"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/schema"
)

var errKilled = errors.New("killed")

// dying is a connection of a process that is killed at one of its statements
// that change something: before it, or when it is done and nobody heard of it.
type dying struct {
	driver.Conn
	left  int  // statements until it is killed
	heard bool // false: the last one ran
}

func (d *dying) Exec(ctx context.Context, query string, args ...any) error {
	d.left--
	switch {
	case d.left < 0, d.left == 0 && d.heard:
		return errKilled
	case d.left == 0:
		if err := d.Conn.Exec(context.WithoutCancel(ctx), query, args...); err != nil {
			return err
		}
		return errKilled
	}
	return d.Conn.Exec(ctx, query, args...)
}

// applyDying applies again and again; each process is killed one statement
// later than the one before it. It returns how many were killed.
func applyDying(t *testing.T, conn driver.Conn, opts schema.Options) int {
	t.Helper()
	for killed := 0; ; killed++ {
		err := schema.Apply(t.Context(), &dying{Conn: conn, left: killed + 1, heard: killed%2 == 0}, opts)
		if err == nil {
			return killed
		}
		require.ErrorIs(t, err, errKilled)
		// The lock of a process that was killed ends by itself, after a while.
		require.NoError(t, conn.Exec(t.Context(), "DROP TABLE IF EXISTS "+opts.Database+"."+schema.LockTable))
	}
}
