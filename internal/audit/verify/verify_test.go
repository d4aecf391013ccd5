package verify_test

import (
	"crypto/ed25519"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/weir-otel/weir/internal/audit"
	"github.com/weir-otel/weir/internal/audit/verify"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func run(t require.TestingT, trail verify.Trail, now time.Time, keys ...ed25519.PublicKey) *verify.Report {
	report, err := verify.Run(ctx, trail, verify.Options{Now: now, Keys: keys})
	require.NoError(t, err)
	return report
}

// example is a trail of one collector: 3 segments of 4 events, each with a
// checkpoint, and 2 events behind the last.
func example() (*collector, *time.Time) {
	clock := start
	c := newCollector(&trail{}, 1, &clock)
	for range 3 {
		c.segment(4)
		clock = clock.Add(2 * time.Minute)
		c.checkpoint()
	}
	c.segment(2)
	return c, &clock
}

func pin(c *collector) ed25519.PublicKey { return c.key.Public().(ed25519.PublicKey) }

func TestAnUntouchedTrailPassesAndSaysWhatIsNotCovered(t *testing.T) {
	c, clock := example()
	report := run(t, c, *clock, pin(c))
	require.Empty(t, report.Problems)
	require.True(t, report.OK())
	require.Len(t, report.Sources, 1)
	s := report.Sources[0]
	require.Equal(t, c.ledger.Source(), s.Source)
	require.Equal(t, []uint64{14, 14, 12, 2, 0}, []uint64{s.Entries, s.Events, s.Covered, s.NotCovered, report.Young})
	require.True(t, s.Pinned)
	require.Equal(t, 4, s.Statements, "a retention and three checkpoints")
}

func TestARowThatIsChangedIsNamedWithItsEntryAndId(t *testing.T) {
	c, clock := example()
	c.events[5].Rationale = "somebody said so"
	report := run(t, c, *clock, pin(c))
	require.Len(t, report.Problems, 1)
	p := report.Problems[0]
	require.Equal(t, []any{verify.Changed, "events", uint64(6), c.events[5].ID}, []any{p.Kind, p.Table, p.Seq, p.EventID})
}

func TestSwappedEntriesAreNamedBoth(t *testing.T) {
	for _, places := range [][2]int{{2, 3}, {2, 9}, {0, 1}, {3, 4}, {10, 11}} {
		c, clock := example()
		i, j := places[0], places[1]
		c.chain[i].Seq, c.chain[j].Seq = c.chain[j].Seq, c.chain[i].Seq
		report := run(t, c, *clock, pin(c))
		require.Len(t, report.Problems, 2, places)
		for k, p := range report.Problems {
			require.Equal(t, verify.Reordered, p.Kind, places)
			require.EqualValues(t, places[k]+1, p.Seq)
		}
	}
}

func TestARewrittenChainDoesNotFitItsCheckpoint(t *testing.T) {
	c, clock := example()
	// Whoever can write the database changes an event and everything behind it.
	c.events[1].Actor = "mallory"
	c.events[1].Digest = new(audit.Hasher).Digest(c.events[1].Salt, &c.events[1].Event)
	c.chain[1].Digest = c.events[1].Digest
	previous := c.chain[0].Hash
	for i := 1; i < len(c.chain); i++ {
		c.chain[i].Hash = c.chain[i].Link(previous)
		previous = c.chain[i].Hash
	}
	report := run(t, c, *clock, pin(c))
	require.Len(t, report.Problems, 3, "one a checkpoint")
	require.Equal(t, []any{uint64(1), uint64(4)}, []any{report.Problems[0].Seq, report.Problems[0].LastSeq})
	require.Contains(t, report.Problems[0].What, "written anew")
}

func TestARemovedTailIsFoundByTheNextCheckpoint(t *testing.T) {
	c, clock := example()
	tail := c.clone()
	tail.events, tail.chain, tail.statements = tail.events[:4], tail.chain[:4], tail.statements[:2]
	require.Empty(t, run(t, tail, *clock, pin(c)).Problems, "nothing that is left says that there was more")

	c.checkpoint()
	tail.statements = append(tail.statements, c.statements[len(c.statements)-1])
	report := run(t, tail, *clock, pin(c))
	require.Len(t, report.Problems, 2)
	require.Equal(t, "statements 3 to 4 are missing", report.Problems[0].What)
	require.Equal(t, []any{verify.Removed, uint64(5), uint64(14)}, []any{report.Problems[1].Kind, report.Problems[1].Seq, report.Problems[1].LastSeq})
}

func TestAnotherKeyIsFound(t *testing.T) {
	c, clock := example()
	own := pin(c)
	other := newKey(9)
	for i := range c.statements {
		c.statements[i].Sign(other)
	}
	require.False(t, run(t, c, *clock, own).OK())
	// Re-signed throughout, with the links made anew, and nothing pinned: nobody
	// can tell, and the report says whose key it was.
	for i := range c.statements {
		if i > 0 {
			c.statements[i].Previous = c.statements[i-1].Sum()
		}
		c.statements[i].Sign(other)
	}
	report := run(t, c, *clock)
	require.True(t, report.OK())
	require.False(t, report.Sources[0].Pinned)
	require.Equal(t, audit.PublicKey(other.Public().(ed25519.PublicKey)), report.Sources[0].PublicKey)
	require.Len(t, run(t, c, *clock, own).Problems, 5, "each statement, and the pinned key that signed nothing")
	// Only one of them.
	c, _ = example()
	c.statements[2].Sign(other)
	report = run(t, c, *clock)
	require.Equal(t, verify.Forged, report.Problems[0].Kind)
}

func TestExpiredEventsAndEntriesMayBeMissingAndYoungerOnesNot(t *testing.T) {
	c, clock := example()
	begin := *clock
	*clock = begin.Add(20 * 24 * time.Hour)
	c.checkpoint() // an hour before the next event, as a heartbeat
	*clock = clock.Add(time.Hour)
	c.segment(3)
	c.checkpoint()
	*clock = begin.Add(28 * 24 * time.Hour)
	gone := c.clone()
	gone.events = slices.Clone(c.events[14:])
	require.Equal(t, verify.Removed, run(t, gone, *clock, pin(c)).Problems[0].Kind, "a day early")
	*clock = begin.Add(30 * 24 * time.Hour)
	report := run(t, gone, *clock, pin(c))
	require.Empty(t, report.Problems)
	require.EqualValues(t, 14, report.Sources[0].Expired)
	gone.events = gone.events[:2]
	require.EqualValues(t, 17, run(t, gone, *clock, pin(c)).Problems[0].Seq, "a younger one")

	*clock = begin.Add(401 * 24 * time.Hour)
	gone.events, gone.chain = nil, gone.chain[12:]
	require.Empty(t, run(t, gone, *clock, pin(c)).Problems, "entries of the first day")
	gone.chain = gone.chain[3:]
	require.EqualValues(t, 15, run(t, gone, *clock, pin(c)).Problems[0].Seq, "a younger one")
}

func TestErasedEventsMayBeMissingIfTheStatementIsOfAPinnedKey(t *testing.T) {
	c, clock := example()
	eraser := newKey(5)
	statement := audit.Statement{
		Source: "weirctl-erase", Number: 1, At: clock.UnixMilli(), Kind: audit.Erasure,
		Target: c.ledger.Source(), Seqs: []uint64{2, 7}, Receipt: "receipt-1",
	}
	statement.Sign(eraser)
	gone := c.clone()
	gone.statements = append(gone.statements, statement)
	require.Equal(t, verify.Remains, run(t, gone, *clock, pin(c), statement.Key).Problems[0].Kind, "it is still there")
	gone.events = slices.Delete(slices.Delete(gone.events, 6, 7), 1, 2)

	report := run(t, gone, *clock, pin(c), statement.Key)
	require.Empty(t, report.Problems)
	require.EqualValues(t, 2, report.Sources[0].Erased)
	require.Equal(t, verify.Forged, run(t, gone, *clock, pin(c)).Problems[2].Kind, "a key that is not pinned")
	require.Len(t, run(t, gone, *clock).Problems, 3, "anybody can make a key")
	gone.events = gone.events[1:]
	require.EqualValues(t, 1, run(t, gone, *clock, pin(c), statement.Key).Problems[0].Seq, "one that is not in the statement")
}

func TestSinceLeavesOutWhatIsOlderAndStillFindsWhatIsNot(t *testing.T) {
	c, clock := example()
	*clock = clock.Add(48 * time.Hour)
	c.segment(5)
	c.checkpoint()
	since := clock.Add(-24 * time.Hour)
	check := func(trail *trail) *verify.Report {
		report, err := verify.Run(ctx, trail, verify.Options{Now: *clock, Since: since, Keys: []ed25519.PublicKey{pin(c)}})
		require.NoError(t, err)
		return report
	}
	old := c.clone()
	old.events[3].Actor = "mallory"
	old.chain[3].Digest = audit.Sum{}
	require.Empty(t, check(old).Problems)
	require.EqualValues(t, 5, check(old).Sources[0].Events)
	old.events[15].Actor = "mallory"
	require.EqualValues(t, 16, check(old).Problems[0].Seq)
	old = c.clone()
	old.chain = slices.Delete(old.chain, 14, 15)
	require.EqualValues(t, 15, check(old).Problems[0].Seq)
}

func TestRowsThatMayBeOnTheirWayAreNotJudged(t *testing.T) {
	c, clock := example()
	c.checkpoint()
	c.events = c.events[:12]
	check := func(now time.Time) *verify.Report {
		report, err := verify.Run(ctx, c, verify.Options{Now: now, Grace: 10 * time.Minute})
		require.NoError(t, err)
		return report
	}
	require.Empty(t, check(clock.Add(time.Minute)).Problems)
	require.EqualValues(t, 2, check(clock.Add(time.Minute)).Young)
	require.Len(t, check(clock.Add(11*time.Minute)).Problems, 1, "13 to 14")
}
