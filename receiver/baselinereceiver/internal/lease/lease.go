// Package lease elects one of several collectors that share a ClickHouse.
//
// The lease is a row of the table leases. To renew it, or to take one that its
// holder has stopped renewing, a collector inserts a row with the next epoch and
// a deduplication token made of the epoch that it follows: of all who saw that
// epoch, one wins, and reading the row says who.
//
//	epoch 41 held by a ──a renews──► 42 held by a ──a is silent for TTL──► 43 held by b
//
// Clocks need not agree: who waits measures, by a clock of its own, for how long
// the epoch it sees has not moved; who holds counts from before its last renewal.
// So a holder knows that it has lost the lease before anybody else takes it. What
// it may still have under way is fenced: the versions that it writes are made of
// the epoch (Version), and so are older than any of its successor's.
package lease

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

const (
	// TTL is how long a lease that is not renewed stays its holder's. A dead
	// holder is replaced within TTL + 2·Every of its last renewal.
	TTL = 30 * time.Second
	// Every is how often Beat is to be called.
	Every = 10 * time.Second
)

// versionsPerEpoch are more than are written between two renewals. Epochs are
// seconds since 1970 or later ones, so versions are like unix microseconds.
const versionsPerEpoch = 1_000_000

// Lease is one collector's view of a lease.
type Lease struct {
	conn   driver.Conn
	name   string
	holder string
	now    func() time.Time

	mu      sync.Mutex // guards everything below
	epoch   uint64     // of our last renewal; 0 = not held
	renewed time.Time  // before it was sent
	version uint64     // last given out
	seen    uint64     // epoch that was seen last
	since   time.Time  // and since when
	burnt   int        // tokens after that epoch that nobody's row has
}

// New does not take the lease yet.
func New(conn driver.Conn, name string, now func() time.Time) (*Lease, error) {
	var id [8]byte
	if _, err := rand.Read(id[:]); err != nil {
		return nil, fmt.Errorf("cannot name the holder of the lease %s: %w", name, err)
	}
	return &Lease{conn: conn, name: name, holder: hex.EncodeToString(id[:]), now: now}, nil
}

// Beat renews the lease if it is ours, and takes it if it is free. It says
// whether it is ours now.
func (l *Lease) Beat(ctx context.Context) (bool, error) {
	epoch, holder, err := l.read(ctx)
	if err != nil {
		return l.Held(), err
	}
	if !l.mayTake(epoch, holder) {
		return false, nil
	}
	began := l.now()
	next := max(epoch+1, uint64(max(began.Unix(), 1)))
	if err := l.replace(ctx, l.token(epoch), next, l.holder); err != nil {
		return l.Held(), err
	}
	won, holder, err := l.read(ctx)
	if err != nil {
		return l.Held(), err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.epoch = 0
	if won == next && holder == l.holder {
		l.epoch, l.renewed = next, began
	}
	if won == epoch && began.Sub(l.since) >= TTL {
		l.burnt++
	}
	return l.epoch != 0, nil
}

// mayTake says whether the lease is ours or free.
func (l *Lease) mayTake(epoch uint64, holder string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	if epoch != l.seen || l.since.IsZero() {
		l.seen, l.since, l.burnt = epoch, now, 0
	}
	if holder == l.holder || holder == "" || now.Sub(l.since) >= TTL {
		return true
	}
	l.epoch = 0
	return false
}

// Held says whether the lease is ours for certain.
func (l *Lease) Held() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.epoch != 0 && l.now().Sub(l.renewed) < TTL
}

// Version is larger than all that were given out before, here or to holders
// before us, and smaller than those of holders after us.
func (l *Lease) Version() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.version = max(l.version+1, l.epoch*versionsPerEpoch)
	return l.version
}

// Release gives the lease back, if it is ours.
func (l *Lease) Release(ctx context.Context) error {
	l.mu.Lock()
	epoch := l.epoch
	l.epoch = 0
	l.mu.Unlock()
	if epoch == 0 {
		return nil
	}
	return l.replace(ctx, l.token(epoch), epoch+1, "")
}

// token names the successor of an epoch. A server that is killed when it has
// noted a token, and before it has the row, would keep everybody from succeeding:
// an epoch that nobody has succeeded for TTL, although it was tried, gets
// another. Whoever has the row after all, on a replica that lags so far behind,
// loses the lease as one who is silent for TTL does.
func (l *Lease) token(epoch uint64) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	token := "lease-" + l.name + "-after-" + strconv.FormatUint(epoch, 10)
	if l.burnt > 0 && epoch == l.seen {
		token += "-again-" + strconv.Itoa(l.burnt)
	}
	return token
}

// read returns the newest epoch, 0 before the first.
func (l *Lease) read(ctx context.Context) (epoch uint64, holder string, err error) {
	const query = "SELECT max(epoch), argMax(holder, epoch) FROM leases WHERE name = ?"
	if err := l.conn.QueryRow(ctx, query, l.name).Scan(&epoch, &holder); err != nil {
		return 0, "", fmt.Errorf("cannot read the lease %s: %w", l.name, err)
	}
	return epoch, holder, nil
}

// replace puts a row in the place of the one of an epoch, whose token it is,
// unless somebody else has done so.
func (l *Lease) replace(ctx context.Context, token string, next uint64, holder string) error {
	ctx = clickhouse.Context(ctx, clickhouse.WithSettings(clickhouse.Settings{
		"insert_deduplicate": 1, "async_insert": 0,
		"insert_deduplication_token": token,
	}))
	batch, err := l.conn.PrepareBatch(ctx, "INSERT INTO leases (name, epoch, holder, renewed_at)")
	if err != nil {
		return fmt.Errorf("cannot renew the lease %s: %w", l.name, err)
	}
	defer batch.Close() //nolint:errcheck // after Send there is nothing left to close
	if err := batch.Append(l.name, next, holder, l.now()); err != nil {
		return fmt.Errorf("cannot renew the lease %s: %w", l.name, err)
	}
	if err := batch.Send(); err != nil {
		return fmt.Errorf("cannot renew the lease %s: %w", l.name, err)
	}
	return nil
}
