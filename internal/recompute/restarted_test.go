package recompute_test

import (
	"context"
	"regexp"
	"sync"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/recompute"
)

// forgetful is an engine that is killed and started again before one of the
// statements that write for good. Connections wait meanwhile, so that nobody sees
// an error; but what was in Memory tables is gone.
type forgetful struct {
	driver.Conn
	forgetAt int

	mu     sync.Mutex // guards writes: some statements run beside others
	writes int
}

var writes = regexp.MustCompile(`INSERT INTO (actions|trace_connectors|connector_|coverage_|recompute_queue)`)

// Exec implements [driver.Conn].
func (f *forgetful) Exec(ctx context.Context, query string, args ...any) error {
	if writes.MatchString(query) {
		if err := f.write(ctx); err != nil {
			return err
		}
	}
	return f.Conn.Exec(ctx, query, args...)
}

func (f *forgetful) write(ctx context.Context) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.writes++
	if f.writes != f.forgetAt {
		return nil
	}
	return f.forget(ctx)
}

func (f *forgetful) forget(ctx context.Context) error {
	var tables []string
	err := f.Conn.QueryRow(ctx, "SELECT groupArray(name) FROM system.tables WHERE database = currentDatabase() AND engine = 'Memory'").Scan(&tables)
	for _, table := range tables {
		if err == nil {
			err = f.Conn.Exec(ctx, "DETACH TABLE "+table)
		}
		if err == nil {
			err = f.Conn.Exec(ctx, "ATTACH TABLE "+table)
		}
	}
	return err
}

// A run that goes on with a restarted engine has lost what it worked on, and
// must not tell the queue that it is done.
func TestARestartOfTheEngineBetweenTwoStatementsLosesNothing(t *testing.T) {
	conn := database(t)
	for forgetAt := 1; ; forgetAt++ {
		clearAll(t, conn)
		deliver(t, conn, client("sdk", 1, 0, 9*ms), edge(2, 1, 6*time.Minute, 5*ms))
		engine := &forgetful{Conn: conn, forgetAt: forgetAt}
		_, _ = recompute.New(engine).Run(t.Context()) // whatever it says
		settle(t, conn)
		require.Equal(t, []string{"edge gateway 2 - unattributed"}, actions(t, conn), "forgotten before write %d", forgetAt)
		for _, table := range []string{"connector_5m", "connector_hours"} {
			require.EqualValues(t, 1, count(t, conn, "SELECT sum(actions) FROM %s FINAL", table), "%s, forgotten before write %d", table, forgetAt)
		}
		if engine.writes < forgetAt {
			return
		}
	}
}
