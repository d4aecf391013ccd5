package recompute

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// One resolver at a time: the reports that one has read must not be overtaken
// by what another writes. The lease is a table, because creating one is atomic
// wherever ClickHouse runs; its comment names the holder, its modification time
// the last renewal. Its only row names the holder too, and does not outlive a
// restart of the engine, as little as the work tables do (see held.sql).
const (
	leaseTable = "recompute_lease"
	leaseLasts = 15 * time.Second
	// renewals while a lease lasts: some may fail.
	leaseRenewals = 5
)

const codeTableExists = 57

var errLeaseLost = errors.New("another collector has taken over the recompute")

// lease takes the lease and renews it until release is called. held is false
// when somebody else has it. The context that is returned ends when the lease
// is lost.
func (r *Resolver) lease(ctx context.Context) (leased context.Context, release func() error, held bool, err error) {
	for range 2 {
		err := r.conn.Exec(ctx, "CREATE TABLE "+leaseTable+" (holder String) ENGINE = Memory COMMENT '"+r.holder+"'")
		if err == nil {
			if err := r.conn.Exec(ctx, "INSERT INTO "+leaseTable+" VALUES ('"+r.holder+"')"); err != nil {
				return nil, nil, false, fmt.Errorf("cannot enter the lease of the recompute: %w", err)
			}
			leased, release := r.renew(ctx)
			return leased, release, true, nil
		}
		var exception *clickhouse.Exception
		if !errors.As(err, &exception) || exception.Code != codeTableExists {
			return nil, nil, false, fmt.Errorf("cannot take the lease of the recompute: %w", err)
		}
		free, err := r.evict(ctx)
		if err != nil || !free {
			return nil, nil, false, err
		}
	}
	return nil, nil, false, nil
}

// evict removes the lease of a holder that is gone, or our own, which outlived
// a crash of the engine. The name is changed first: only one can do that.
func (r *Resolver) evict(ctx context.Context) (free bool, err error) {
	holder, age, err := r.leaseHolder(ctx, leaseTable)
	switch {
	case err != nil:
		return false, err
	case holder == "":
		return true, nil // given back meanwhile
	case holder != r.holder && age < r.leaseLasts:
		return false, nil
	}
	stale := leaseTable + "_" + randomName()
	if err := r.conn.Exec(ctx, "RENAME TABLE "+leaseTable+" TO "+stale); err != nil {
		return false, nil //nolint:nilerr // somebody else was faster
	}
	if evicted, _, err := r.leaseHolder(ctx, stale); err == nil && evicted != holder {
		// … and has the lease already.
		return false, r.conn.Exec(ctx, "RENAME TABLE "+stale+" TO "+leaseTable)
	}
	if err := r.conn.Exec(ctx, "DROP TABLE IF EXISTS "+stale); err != nil {
		return false, fmt.Errorf("cannot drop a stale lease: %w", err)
	}
	return true, nil
}

// leaseHolder is nobody when there is no lease (any more).
func (r *Resolver) leaseHolder(ctx context.Context, table string) (holder string, age time.Duration, err error) {
	var seconds int64
	err = r.conn.QueryRow(ctx, `
SELECT max(comment), toInt64(now()) - toInt64(max(metadata_modification_time))
FROM system.tables
WHERE database = currentDatabase() AND name = '`+table+`'`).Scan(&holder, &seconds)
	if err != nil {
		return "", 0, fmt.Errorf("cannot read the lease of the recompute: %w", err)
	}
	return holder, time.Duration(seconds) * time.Second, nil
}

func (r *Resolver) renew(ctx context.Context) (leased context.Context, release func() error) {
	leased, lose := context.WithCancelCause(ctx)
	var wg sync.WaitGroup
	wg.Go(func() {
		ticker := time.NewTicker(r.leaseLasts / leaseRenewals)
		defer ticker.Stop()
		last := time.Now()
		for {
			select {
			case <-leased.Done():
				return
			case <-ticker.C:
			}
			holder, _, err := r.leaseHolder(leased, leaseTable)
			if err == nil && holder == r.holder {
				err = r.conn.Exec(leased, "ALTER TABLE "+leaseTable+" MODIFY COMMENT '"+r.holder+"'")
			}
			switch {
			case err == nil && holder != r.holder, time.Since(last) > r.leaseLasts*(leaseRenewals-1)/leaseRenewals:
				lose(errLeaseLost)
				return
			case err == nil:
				last = time.Now()
			}
		}
	})
	return leased, func() error {
		lost := context.Cause(leased) != nil && ctx.Err() == nil
		lose(nil)
		wg.Wait()
		if lost {
			return errLeaseLost
		}
		ctx, cancel := cleanup(ctx)
		defer cancel()
		// We may have stalled since the last renewal: never drop another's lease.
		holder, _, err := r.leaseHolder(ctx, leaseTable)
		if err != nil {
			return err
		}
		if holder != r.holder {
			return errLeaseLost
		}
		if err := r.conn.Exec(ctx, "DROP TABLE IF EXISTS "+leaseTable); err != nil {
			return fmt.Errorf("cannot give the lease of the recompute back: %w", err)
		}
		return nil
	}
}
