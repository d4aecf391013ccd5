package baselinereceiver

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/finding"
	"github.com/weir-otel/weir/internal/simulate"
	"github.com/weir-otel/weir/receiver/baselinereceiver/internal/episode"
	"github.com/weir-otel/weir/receiver/baselinereceiver/internal/lease"
	"github.com/weir-otel/weir/receiver/baselinereceiver/internal/state"
)

var errKilled = errors.New("killed")

// life is how many more steps a collector makes: statements, inserts and
// emissions. The last one is made or not, and nobody gets to know.
type life struct {
	left    int
	carried bool // the last step is made
}

// step makes a step, unless the collector is dead.
func (l *life) step(do func() error) error {
	l.left--
	if l.left > 0 {
		return do()
	}
	if l.left == 0 && l.carried {
		_ = do()
	}
	return errKilled
}

// mortal is a connection that dies with its collector.
type mortal struct {
	driver.Conn
	life *life
}

func (m mortal) Query(ctx context.Context, query string, args ...any) (rows driver.Rows, err error) {
	err = m.life.step(func() error {
		rows, err = m.Conn.Query(ctx, query, args...)
		return err
	})
	return rows, err
}

func (m mortal) PrepareBatch(ctx context.Context, query string, opts ...driver.PrepareBatchOption) (driver.Batch, error) {
	batch, err := m.Conn.PrepareBatch(ctx, query, opts...)
	return mortalBatch{batch, m.life}, err
}

type mortalBatch struct {
	driver.Batch
	life *life
}

func (b mortalBatch) Send() error { return b.life.step(b.Batch.Send) }

// told is one change of one episode, as whoever is notified knows it.
func told(f finding.Finding) string {
	return fmt.Sprint(f.Fingerprint, " ", f.StartedAt.Unix(), " ", f.Status, " ", f.UpdatedAt.Unix())
}

// collector is one of several on the same database.
type collector struct {
	runner *runner
	life   *life
}

// rivals are two collectors of which the leader is killed again and again.
type rivals struct {
	*bench
	clock *manualClock
	rand  *rand.Rand
	both  [2]collector
	kills int
}

// spawn starts a collector that dies after a while.
func (r *rivals) spawn() collector {
	r.t.Helper()
	l := &life{left: 1 << 30}
	run := r.runnerOn(mortal{r.conn, l}, r.clock)
	run.emit = func(_ context.Context, findings []finding.Finding) error {
		return l.step(func() error {
			r.emitted = append(r.emitted, findings...)
			return nil
		})
	}
	return collector{run, l}
}

// lead returns the leader, after as many beats of both as it takes.
func (r *rivals) lead() *collector {
	r.t.Helper()
	for waited := time.Duration(0); waited <= time.Minute; waited += lease.Every {
		for i := range r.both {
			if held, err := r.both[i].runner.lease.Beat(r.t.Context()); err == nil && held {
				return &r.both[i]
			}
		}
		r.clock.now = r.clock.now.Add(lease.Every)
	}
	r.t.Fatal("nobody has taken over within a minute")
	return nil
}

// hour lets the leader evaluate, and kills it on the way if it is its turn.
func (r *rivals) hour(kill bool) {
	r.t.Helper()
	for {
		c := r.lead()
		if kill {
			c.life.left, c.life.carried = 1+r.rand.IntN(11), r.rand.IntN(2) == 0
		}
		if c.runner.done == nil || !kill {
			c.runner.done = nil // as a new leader does
		}
		err := c.runner.pass(r.t.Context())
		if c.life.left > 0 {
			require.NoError(r.t, err)
			c.life.left = 1 << 30
			return
		}
		*c = r.spawn()
		r.kills++
		kill = r.rand.IntN(3) == 0
	}
}

func TestEachEpisodeComesOnceHoweverOftenTheLeaderIsKilled(t *testing.T) {
	b := newBench(t, simulate.Options{Seed: 3, End: simEnd, Connectors: 30, Spans: 40_000})
	b.use("bytes-out-burst", "new-endpoint")
	b.insert(b.sim.Start(), b.sim.End(), simEnd.Add(time.Minute))
	const hours = 24
	begin := simEnd.Add(5*time.Minute - hours*time.Hour)

	alone := b.runner(&manualClock{now: begin})
	for range hours + 1 {
		b.pass(alone)
		alone.clock.(*manualClock).now = alone.clock.Now().Add(time.Hour)
	}
	want, wantTold := b.findings(), map[string]int{}
	for _, f := range b.emitted {
		wantTold[told(f)]++
	}
	require.NotEmpty(t, want)
	b.forget()
	require.NoError(t, b.conn.Exec(t.Context(), "TRUNCATE TABLE leases"))

	r := &rivals{bench: b, clock: &manualClock{now: begin}, rand: rand.New(rand.NewPCG(1, 2))}
	r.both = [2]collector{r.spawn(), r.spawn()}
	for range hours + 1 {
		r.hour(true)
		r.clock.now = begin.Add(r.clock.now.Sub(begin).Truncate(time.Hour) + time.Hour)
	}
	require.GreaterOrEqual(t, r.kills, 20)
	require.Equal(t, want, b.findings())
	got := map[string]int{}
	for _, f := range b.emitted {
		got[told(f)]++
	}
	for change := range wantTold {
		require.Contains(t, got, change, "nobody was told")
	}
	require.Len(t, got, len(wantTold), "somebody was told of what did not happen")
	require.LessOrEqual(t, len(b.emitted), len(wantTold)+r.kills)
}

// A leader that stalls in the middle of a write, and wakes up when another
// leads, changes nothing.
func TestWhatAStalledLeaderWritesDoesNotCount(t *testing.T) {
	b := newBench(t, simulate.Options{Seed: 3, End: simEnd, Connectors: 20, Spans: 20_000, Days: 3})
	clock := &manualClock{now: simEnd}
	old, fresh := b.runner(clock), b.runner(clock)
	held, err := old.lease.Beat(t.Context())
	require.NoError(t, err)
	require.True(t, held)
	f := finding.Finding{Fingerprint: "0123456789abcdef", Status: finding.Firing, StartedAt: simEnd}
	late := old.lease.Version() // it was about to write

	_, err = fresh.lease.Beat(t.Context())
	require.NoError(t, err)
	clock.now = clock.now.Add(lease.TTL)
	held, err = fresh.lease.Beat(t.Context())
	require.NoError(t, err)
	require.True(t, held)
	run := &evaluationRun{runner: fresh}
	f.Status = finding.Resolved
	require.NoError(t, run.tell(t.Context(), []finding.Finding{f}))

	f.Status = finding.Firing
	require.NoError(t, finding.Insert(t.Context(), b.conn, []finding.Finding{f}, late))
	require.Equal(t, finding.Resolved, b.findings()[0].Status)
	run.runner = old
	require.ErrorIs(t, run.tell(t.Context(), []finding.Finding{f}), errLost)
	require.Len(t, b.emitted, 1)
}

func TestATakeoverTellsTheExportersWhatIsOpen(t *testing.T) {
	b := newBench(t, simulate.Options{Seed: 3, End: simEnd, Connectors: 20, Spans: 20_000, Days: 3})
	r := b.runner(&manualClock{now: simEnd})
	open := finding.Finding{Fingerprint: "0000000000000001", Status: finding.Firing, Rule: "requests-burst", StartedAt: simEnd, UpdatedAt: simEnd}
	over := finding.Finding{Fingerprint: "0000000000000002", Status: finding.Resolved, Rule: "requests-burst", StartedAt: simEnd, UpdatedAt: simEnd}
	require.NoError(t, finding.Insert(t.Context(), b.conn, []finding.Finding{open, over}, 1))
	require.NoError(t, r.takeOver(t.Context()))
	require.Len(t, b.emitted, 1)
	require.Equal(t, open.Fingerprint, b.emitted[0].Fingerprint)
	require.Equal(t, open.UpdatedAt, b.emitted[0].UpdatedAt)

	r.done = map[string][]state.Tick{"requests-burst": {{At: simEnd, Open: episode.Set{open.Fingerprint: {Finding: open}}}}}
	b.emitted = nil
	r.handOver(t.Context())
	require.Len(t, b.emitted, 1)
	require.Equal(t, finding.Released, b.emitted[0].Status)
}
