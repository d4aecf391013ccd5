package schema

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// One process applies at a time. The lock is a table, because creating one is
// atomic wherever ClickHouse runs; its comment names the holder, and the time
// that was set is when it was renewed last, by the server's clock. A lock that
// is not renewed was left by a process that is gone.
const (
	lockTable    = "schema_lock"
	lockLasts    = 15 * time.Second
	lockRenewals = 5 // while a lock lasts: some may fail

	codeTableExists = 57
)

var errLockLost = errors.New("another process has taken over the schema; it goes on there")

type lock struct {
	conn   driver.Conn
	opts   Options
	holder string
	lasts  time.Duration
}

func newLock(conn driver.Conn, opts Options) *lock {
	return &lock{conn: conn, opts: opts, holder: rand.Text(), lasts: lockLasts}
}

// acquire waits for the lock and renews it until release is called.
func (l *lock) acquire(ctx context.Context) (held context.Context, release func() error, err error) {
	create := "CREATE TABLE " + l.opts.table(lockTable) + l.opts.onCluster() + " (holder String) ENGINE = Memory COMMENT " + literal(l.holder)
	err = poll(ctx, func() (bool, error) {
		err := l.conn.Exec(ctx, create)
		if err == nil || !hasCode(err, codeTableExists) {
			return true, err
		}
		l.opts.progress("schema", -1, "waiting for another process that applies it")
		return false, l.evict(ctx)
	})
	if err != nil {
		return nil, nil, fmt.Errorf("cannot lock the schema of database %q: %w", l.opts.Database, err)
	}
	held, release = l.renew(ctx)
	return held, release, nil
}

// evict removes the lock of a holder that is gone. The name is changed first:
// only one can do that.
func (l *lock) evict(ctx context.Context) error {
	holder, age, err := l.current(ctx, lockTable)
	if err != nil || holder == "" || age < l.lasts {
		return err
	}
	stale := lockTable + "_" + rand.Text()
	if err := l.conn.Exec(ctx, "RENAME TABLE "+l.opts.table(lockTable)+" TO "+l.opts.table(stale)+l.opts.onCluster()); err != nil {
		return nil //nolint:nilerr // somebody else was faster
	}
	if evicted, _, err := l.current(ctx, stale); err == nil && evicted != holder {
		// … and has the lock already.
		return l.conn.Exec(ctx, "RENAME TABLE "+l.opts.table(stale)+" TO "+l.opts.table(lockTable)+l.opts.onCluster())
	}
	return l.conn.Exec(ctx, "DROP TABLE IF EXISTS "+l.opts.table(stale)+l.opts.onCluster()+" SYNC")
}

// current is nobody where there is no lock.
func (l *lock) current(ctx context.Context, table string) (holder string, age time.Duration, err error) {
	var seconds int64
	err = l.conn.QueryRow(ctx, `
SELECT max(comment), toInt64(now()) - toInt64(max(metadata_modification_time))
FROM system.tables
WHERE database = ? AND name = ?`, l.opts.Database, table).Scan(&holder, &seconds)
	return holder, time.Duration(seconds) * time.Second, err
}

// renew keeps the lock. The context that it returns ends when the lock is lost.
func (l *lock) renew(ctx context.Context) (held context.Context, release func() error) {
	held, lose := context.WithCancelCause(ctx)
	var wg sync.WaitGroup
	wg.Go(func() {
		ticker := time.NewTicker(l.lasts / lockRenewals)
		defer ticker.Stop()
		last := time.Now()
		for {
			select {
			case <-held.Done():
				return
			case <-ticker.C:
			}
			ours, err := l.touch(held)
			switch {
			case err == nil && ours:
				last = time.Now()
			case err == nil, time.Since(last) > l.lasts*(lockRenewals-1)/lockRenewals:
				lose(errLockLost)
				return
			}
		}
	})
	return held, func() error {
		lost := errors.Is(context.Cause(held), errLockLost)
		lose(nil)
		wg.Wait()
		if lost {
			return errLockLost
		}
		return l.drop(context.WithoutCancel(ctx))
	}
}

// touch renews the lock, if it is ours.
func (l *lock) touch(ctx context.Context) (ours bool, err error) {
	holder, _, err := l.current(ctx, lockTable)
	if err != nil || holder != l.holder {
		return false, err
	}
	err = l.conn.Exec(ctx, "ALTER TABLE "+l.opts.table(lockTable)+l.opts.onCluster()+" MODIFY COMMENT "+literal(l.holder))
	return err == nil, err
}

// drop gives the lock back, also when the work was cancelled.
func (l *lock) drop(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, l.lasts/lockRenewals)
	defer cancel()
	// We may have stalled since the last renewal: never drop another's lock.
	holder, _, err := l.current(ctx, lockTable)
	if err == nil && holder != l.holder {
		err = errLockLost
	}
	if err == nil {
		err = l.conn.Exec(ctx, "DROP TABLE IF EXISTS "+l.opts.table(lockTable)+l.opts.onCluster()+" SYNC")
	}
	if err != nil {
		return fmt.Errorf("cannot give the lock of the schema back: %w", err)
	}
	return nil
}
