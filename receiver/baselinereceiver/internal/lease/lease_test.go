package lease_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/chdb/chdbtest"
	"github.com/weir-otel/weir/internal/schema"
	"github.com/weir-otel/weir/receiver/baselinereceiver/internal/lease"
)

// clock is one collector's; those of two need not agree.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) forward(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

func database(t *testing.T) driver.Conn {
	t.Helper()
	server := chdbtest.Start(t)
	require.NoError(t, schema.Apply(t.Context(), server.Conn(t, "default"), schema.Options{}))
	return server.Conn(t, schema.DefaultDatabase)
}

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func collector(t *testing.T, conn driver.Conn, c *clock) *lease.Lease {
	t.Helper()
	l, err := lease.New(conn, "baseline", c.now)
	require.NoError(t, err)
	return l
}

func beat(t *testing.T, l *lease.Lease) bool {
	t.Helper()
	held, err := l.Beat(t.Context())
	require.NoError(t, err)
	require.Equal(t, held, l.Held())
	return held
}

func TestOneHoldsUntilItIsSilent(t *testing.T) {
	conn := database(t)
	mine, other := &clock{at: noon}, &clock{at: noon.Add(-9 * time.Hour)}
	a, b := collector(t, conn, mine), collector(t, conn, other)
	require.True(t, beat(t, a))
	require.False(t, beat(t, b))
	for range 10 { // renewed for longer than it lasts
		mine.forward(lease.Every)
		other.forward(lease.Every)
		require.True(t, beat(t, a))
		require.False(t, beat(t, b))
	}
	waited := time.Duration(0)
	for ; !beat(t, b); waited += lease.Every { // a is silent
		mine.forward(lease.Every)
		other.forward(lease.Every)
	}
	require.LessOrEqual(t, waited, time.Minute)
	require.False(t, a.Held(), "it knows without being told")
	require.False(t, beat(t, a))
}

func TestAReleasedLeaseIsTakenAtOnce(t *testing.T) {
	conn := database(t)
	c := &clock{at: noon}
	a, b := collector(t, conn, c), collector(t, conn, c)
	require.True(t, beat(t, a))
	require.False(t, beat(t, b))
	require.NoError(t, a.Release(t.Context()))
	require.False(t, a.Held())
	require.True(t, beat(t, b))
	require.NoError(t, a.Release(t.Context()), "what is not held cannot be given back")
	require.True(t, beat(t, b))
}

func TestVersionsOfASuccessorAreNewer(t *testing.T) {
	conn := database(t)
	fast, slow := &clock{at: noon.Add(time.Hour)}, &clock{at: noon}
	a, b := collector(t, conn, fast), collector(t, conn, slow)
	require.True(t, beat(t, a))
	before := a.Version()
	last := a.Version()
	require.Greater(t, last, before)
	require.False(t, beat(t, b))
	slow.forward(lease.TTL)
	require.True(t, beat(t, b))
	for range 100 { // a wakes up and finishes what it was writing
		last = a.Version()
	}
	require.Greater(t, b.Version(), last)
}

func TestOfManyAtOnceOneWins(t *testing.T) {
	conn := database(t)
	c := &clock{at: noon}
	const collectors, rounds = 6, 8
	all := make([]*lease.Lease, collectors)
	for i := range all {
		all[i] = collector(t, conn, c)
	}
	for range rounds {
		held := make([]bool, collectors)
		var wg sync.WaitGroup
		for i, l := range all {
			wg.Go(func() {
				var err error
				held[i], err = l.Beat(context.Background())
				require.NoError(t, err)
			})
		}
		wg.Wait()
		holders := 0
		for i, l := range all {
			if held[i] {
				holders++
				require.NoError(t, l.Release(t.Context()))
			}
		}
		require.Equal(t, 1, holders)
	}
}

// A server that is killed when it has noted a token, and before it has the row,
// knows the token without the row.
func TestATokenWithoutItsRowKeepsNobodyFromTheLeaseForLong(t *testing.T) {
	conn := database(t)
	mine, other := &clock{at: noon}, &clock{at: noon}
	a, b := collector(t, conn, mine), collector(t, conn, other)
	require.True(t, beat(t, a))
	for range 2 { // the token that follows as well
		var epoch uint64
		require.NoError(t, conn.QueryRow(t.Context(), "SELECT max(epoch) FROM leases").Scan(&epoch))
		mine.forward(lease.Every)
		for waited := lease.Every; !beat(t, a); waited += lease.Every {
			mine.forward(lease.Every)
			require.Less(t, waited, time.Minute)
		}
		require.NoError(t, conn.Exec(t.Context(), fmt.Sprintf("ALTER TABLE leases DELETE WHERE epoch > %d SETTINGS mutations_sync = 1", epoch)))
	}
	for waited := time.Duration(0); !beat(t, b); waited += lease.Every {
		other.forward(lease.Every)
		require.LessOrEqual(t, waited, 2*time.Minute)
	}
	mine.forward(lease.TTL)
	require.False(t, beat(t, a))
}
