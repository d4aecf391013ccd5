package audit_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/binary"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"github.com/weir-otel/weir/internal/audit"
	"github.com/weir-otel/weir/internal/audit/verify"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var key = ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, ed25519.SeedSize))

// collector is what surrounds a ledger: segments with records and trailers, as
// the segment store keeps them on disk, and what the database has of them. A
// crash can come at any step.
type collector struct {
	t         require.TestingT
	directory string
	now       time.Time
	ledger    *audit.Ledger
	sums      uint64

	active   []audit.Sum     // events on disk, in the segment that is not sealed
	id       audit.SegmentID // its id
	trailer  []audit.Entry   // its trailer, if that is on disk
	database database
}

// database has every row that was on disk.
type database struct {
	digests    map[audit.Sum]bool // of all events that were acknowledged
	chain      []audit.Entry
	statements []audit.Statement
}

func (d *database) Statements(context.Context) ([]audit.Statement, error) { return d.statements, nil }

func (d *database) Sources(context.Context) ([]string, error) { return nil, nil }

func (d *database) Chain(_ context.Context, _ string, _ uint64, each func(audit.Entry) error) error {
	for _, e := range d.chain {
		if err := each(e); err != nil {
			return err
		}
	}
	return nil
}

func (d *database) Days(context.Context) ([]time.Time, error) { return nil, nil }

func (d *database) DayEntries(context.Context, time.Time, func(audit.Entry) error) error { return nil }

func (d *database) DayEvents(context.Context, time.Time, func(*verify.Row) error) error { return nil }

func newCollector(t require.TestingT, directory string) *collector {
	c := &collector{t: t, directory: directory, now: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), database: database{digests: map[audit.Sum]bool{}}}
	c.start()
	return c
}

// start opens the ledger as a start of the process does: a segment that was not
// sealed is sealed, and a trailer that is on disk is told.
func (c *collector) start() {
	var err error
	c.ledger, err = audit.Open(audit.Settings{
		Directory: c.directory, Key: key, Interval: time.Minute, EventDays: 30, ChainDays: 400, Now: func() time.Time { return c.now },
	})
	require.NoError(c.t, err)
	switch {
	case c.trailer != nil:
		require.NoError(c.t, c.ledger.Trailed(c.trailer))
		c.deliver()
	case len(c.active) > 0:
		c.seal("")
	}
}

func (c *collector) event() {
	if len(c.active) == 0 {
		binary.BigEndian.PutUint64(c.id[:8], uint64(c.now.UnixMilli())<<16)
		c.id[15]++
	}
	c.sums++
	var sum audit.Sum
	binary.BigEndian.PutUint64(sum[:], c.sums)
	c.active = append(c.active, sum)
	c.database.digests[sum] = true
}

// seal goes as far as the named step, and then crashes.
func (c *collector) seal(crash string) {
	if len(c.active) == 0 {
		return
	}
	trailer := c.ledger.Trailer(c.id, c.active)
	if crash == "trailer made" {
		return
	}
	// On disk, as a block.
	decoded, err := audit.DecodeChain(audit.EncodeChain(trailer).Data, c.id)
	require.NoError(c.t, err)
	c.trailer = decoded
	if crash == "trailer on disk" {
		return
	}
	require.NoError(c.t, c.ledger.Trailed(c.trailer))
	if crash == "head moved" {
		return
	}
	c.deliver()
}

func (c *collector) deliver() {
	c.database.chain = append(c.database.chain, c.trailer...)
	c.trailer, c.active = nil, nil
}

func (c *collector) checkpoint(crash string) {
	due, err := c.ledger.Due(true)
	require.NoError(c.t, err)
	if crash == "statements signed" {
		return
	}
	c.database.statements = append(c.database.statements, due...)
	if crash == "statements on disk" {
		return
	}
	require.NoError(c.t, c.ledger.Stated())
}

// check verifies the chain and the statements, and that each event has exactly
// one entry.
func (c *collector) check() {
	previous := audit.Genesis(c.ledger.Source())
	seen := map[audit.Sum]bool{}
	for i, e := range c.database.chain {
		require.EqualValues(c.t, i+1, e.Seq)
		require.Equal(c.t, e.Link(previous), e.Hash)
		require.False(c.t, seen[e.Digest])
		previous, seen[e.Digest] = e.Hash, true
	}
	require.Equal(c.t, c.database.digests, seen)
	report, err := verify.Run(context.Background(), &c.database, verify.Options{Now: c.now})
	require.NoError(c.t, err)
	require.Empty(c.t, report.Problems)
}

var crashes = []string{"trailer made", "trailer on disk", "head moved", "statements signed", "statements on disk", "nothing under way"}

func TestACrashAtAnyStepLeavesAChainThatVerifies(t *testing.T) {
	root, runs := t.TempDir(), 0
	rapid.Check(t, func(t *rapid.T) {
		runs++
		c := newCollector(t, filepath.Join(root, strconv.Itoa(runs)))
		for range rapid.IntRange(1, 15).Draw(t, "steps") {
			c.now = c.now.Add(time.Duration(rapid.IntRange(0, 7200).Draw(t, "seconds")) * time.Second)
			switch rapid.IntRange(0, 3).Draw(t, "step") {
			case 0, 1:
				c.event()
			case 2:
				c.seal("")
				c.checkpoint("")
			default:
				crash := rapid.SampledFrom(crashes).Draw(t, "crash")
				c.seal(crash)
				if c.trailer == nil {
					c.checkpoint(crash)
				}
				c.start()
			}
		}
		c.seal("")
		c.checkpoint("")
		c.check()
	})
}

func TestTheSourceAndItsHeadSurviveARestart(t *testing.T) {
	c := newCollector(t, t.TempDir())
	source := c.ledger.Source()
	c.event()
	c.seal("")
	c.start()
	require.Equal(t, source, c.ledger.Source())
	c.event()
	c.seal("")
	require.EqualValues(t, 2, c.database.chain[1].Seq)
	c.check()
}

func TestATrailerThatIsToldTwiceOrLateMovesNothing(t *testing.T) {
	c := newCollector(t, t.TempDir())
	c.event()
	c.seal("head moved")
	first := c.trailer
	c.deliver()
	c.event()
	c.seal("")
	require.NoError(t, c.ledger.Trailed(first))
	c.event()
	c.seal("")
	require.EqualValues(t, 3, c.database.chain[2].Seq)
}

func TestATrailerOfAnotherSourceIsNotContinued(t *testing.T) {
	other := newCollector(t, t.TempDir())
	other.event()
	other.seal("trailer on disk")
	c := newCollector(t, t.TempDir())
	require.NoError(t, c.ledger.Trailed(other.trailer))
	c.event()
	c.seal("")
	require.EqualValues(t, 1, c.database.chain[0].Seq)
}

func TestCheckpointsComeWhenTheyAreDue(t *testing.T) {
	c := newCollector(t, "")
	due := func(atOnce bool) int {
		statements, err := c.ledger.Due(atOnce)
		require.NoError(t, err)
		require.NoError(t, c.ledger.Stated())
		return len(statements)
	}
	require.Zero(t, due(true), "before the first event there is nothing to state")
	c.event()
	c.seal("")
	require.Equal(t, 2, due(false), "the retention, and the first checkpoint")
	c.event()
	c.seal("")
	c.now = c.now.Add(59 * time.Second)
	require.Zero(t, due(false))
	c.now = c.now.Add(time.Second)
	require.Equal(t, 1, due(false))
	c.now = c.now.Add(59 * time.Minute)
	require.Zero(t, due(true), "nothing is new")
	c.now = c.now.Add(time.Minute)
	require.Equal(t, 1, due(false), "the heartbeat")
	c.event()
	c.seal("")
	require.Equal(t, 1, due(true), "at the shutdown")
}

func TestStatementsThatAreNotConfirmedAreGivenAgainAsTheyWere(t *testing.T) {
	c := newCollector(t, t.TempDir())
	c.event()
	c.seal("")
	first, err := c.ledger.Due(true)
	require.NoError(t, err)
	c.event()
	c.seal("")
	c.now = c.now.Add(time.Hour)
	c.start()
	again, err := c.ledger.Due(true)
	require.NoError(t, err)
	require.Equal(t, first, again)
}

func TestAStateThatCannotBeReadIsAnErrorThatNamesTheFile(t *testing.T) {
	f := func(content, want string) {
		t.Helper()
		directory := t.TempDir()
		path := filepath.Join(directory, "state.json")
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
		_, err := audit.Open(audit.Settings{Directory: directory, Key: key, Now: time.Now})
		require.ErrorContains(t, err, path)
		require.ErrorContains(t, err, want)
	}
	f("", "EOF")
	f(`{"version":2,"source":"x"}`, "`version` is 2, expected 1")
	f(`{"version":1}`, "`source` is empty")
	f(`{"version":1,"source":"x","head":"00"}`, "expected 64 hex digits, got 2")
	f(`{"version":1,"source":"x","checkpointed":3}`, "`checkpointed` is 3")
	f(`{"version":1,"source":"x","pending":[{}]}`, "`pending[0]` is not signed")
	f(`{"version":1,"source":"x","more":1}`, "more")
}

func TestADiskThatRefusesTheStateLeavesTheHeadWhereItWas(t *testing.T) {
	directory := filepath.Join(t.TempDir(), "audit")
	c := newCollector(t, directory)
	c.event()
	c.seal("trailer on disk")
	require.NoError(t, os.RemoveAll(directory))
	require.NoError(t, os.WriteFile(directory, nil, 0o600)) // no folder can be there
	require.Error(t, c.ledger.Trailed(c.trailer))
	require.EqualValues(t, 1, c.ledger.Trailer(c.id, c.active)[0].Seq)
	require.NoError(t, os.Remove(directory))
	require.NoError(t, c.ledger.Trailed(c.trailer))
	require.EqualValues(t, 2, c.ledger.Trailer(c.id, c.active)[0].Seq)
}

func TestDigestsOfRecordsAreSplit(t *testing.T) {
	a, b := bytes.Repeat([]byte{1}, 32), bytes.Repeat([]byte{2}, 64)
	digests, err := audit.ParseDigests([][]byte{a, nil, b})
	require.NoError(t, err)
	require.Equal(t, []audit.Sum{audit.Sum(a), audit.Sum(b), audit.Sum(b)}, digests)
	_, err = audit.ParseDigests([][]byte{a[:31]})
	require.ErrorContains(t, err, "31 bytes")
}
