package ship

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/chdb/chdbtest"
	"github.com/weir-otel/weir/internal/segment"
)

func TestAPoisonRowIsDeadAloneAndCanBeReplayed(t *testing.T) {
	g := newRig(t)
	g.exec("ALTER TABLE items ADD CONSTRAINT no_13 CHECK n != 13")
	sealed := g.sealed(items(0, 10), items(10, 10), items(20, 10))
	s := g.shipper()
	d := g.delivery(sealed, false)
	result, err := g.send(s, sealed, d)
	require.NoError(t, err)
	require.Equal(t, map[string]int{"items": 29}, result.Stored)
	g.has(sealed, 29)
	require.Len(t, result.Refused, 1)
	refused := result.Refused[0]
	require.Equal(t, []any{"items", 1, 469}, []any{refused.Table, refused.Rows, refused.Code})
	require.Equal(t, "tenant=tenant-1 n=13", refused.Key)
	require.NoError(t, d.Forget())

	folder := t.TempDir()
	require.NoError(t, result.Write(folder, sealed.ID, g.now, 0))
	letters, err := segment.DeadLetters(folder)
	require.NoError(t, err)
	require.Len(t, letters, 1)
	require.Equal(t, sealed.ID.String(), letters[0].From)
	_, err = s.Replay(t.Context(), letters[0])
	require.NoError(t, err)
	require.Zero(t, g.count("n = 13"), "it is still refused")
	g.exec("ALTER TABLE items DROP CONSTRAINT no_13")
	_, err = s.Replay(t.Context(), letters[0])
	require.NoError(t, err)
	require.Equal(t, 1, g.count("n = 13"))
	require.Equal(t, 30, g.count("1"))
	letters, err = segment.DeadLetters(folder)
	require.NoError(t, err)
	require.Empty(t, letters)
}

func TestWhereMostRowsAreRefusedSplittingEnds(t *testing.T) {
	g := newRig(t)
	g.exec("ALTER TABLE items ADD CONSTRAINT few CHECK n % 50 = 0")
	sealed := g.sealed(items(0, 300))
	result, err := g.send(g.shipper(), sealed, g.delivery(sealed, false))
	require.NoError(t, err)
	require.Less(t, g.sent, 400)
	require.Len(t, result.Refused, 1)
	require.Equal(t, 300, result.Refused[0].Rows+result.Stored["items"], "each row is stored or dead")
	g.has(sealed, result.Stored["items"])
}

// crash fails the k-th INSERT and all that follow, as a process that dies does:
// before the engine has it, in the middle, or when it is stored.
func (g *rig) crash(k int, fault chdbtest.Fault) (crashed *bool) {
	inserts := 0
	crashed = new(bool)
	g.proxy.Choose(func(table string) chdbtest.Fault {
		switch {
		case *crashed:
			return chdbtest.Refuse
		case table == "":
			return chdbtest.Pass
		}
		if inserts++; inserts == k {
			*crashed = true
			return fault
		}
		return chdbtest.Pass
	})
	return crashed
}

func TestACrashAnywhereInASplitLeavesEachRowOnce(t *testing.T) {
	g := newRig(t)
	for _, fault := range []chdbtest.Fault{chdbtest.Refuse, chdbtest.LoseAnswer, chdbtest.Reset} {
		for _, mended := range []bool{false, true} {
			for k, crashed := 1, true; crashed; k++ {
				crashed = g.crashOnce(k, fault, mended)
			}
		}
	}
}

// crashOnce dies at the k-th INSERT of a split and goes on after it, when
// somebody may have mended the cause.
func (g *rig) crashOnce(k int, fault chdbtest.Fault, mended bool) (crashed bool) {
	g.Helper()
	const rows = 8
	g.exec("ALTER TABLE items ADD CONSTRAINT no_3 CHECK n != 3")
	sealed := g.sealed(items(0, 5), items(5, 3))
	died := g.crash(k, fault)
	_, _ = g.send(g.shipper(), sealed, g.delivery(sealed, false))
	if mended {
		g.exec("ALTER TABLE items DROP CONSTRAINT no_3")
	}
	g.proxy.Choose(func(string) chdbtest.Fault { return chdbtest.Pass })
	d := g.delivery(sealed, true)
	result, err := g.send(g.shipper(), sealed, d)
	require.NoError(g, err)
	dead := 0
	for _, refused := range result.Refused {
		dead += refused.Rows
	}
	what := fmt.Sprintf("INSERT %d, fault %d, mended %v", k, fault, mended)
	stored, different := g.of(sealed)
	require.Equal(g, rows, stored+dead, what)
	require.Equal(g, stored, different, what)
	require.Equal(g, result.Stored["items"], stored, what)
	require.NoError(g, d.Forget())
	if !mended {
		require.Equal(g, 1, dead, what)
		g.exec("ALTER TABLE items DROP CONSTRAINT no_3")
	}
	return *died
}

// throwing makes rows fail with a code that may mean anything.
const throwing = "ALTER TABLE items ADD COLUMN thrown UInt8 MATERIALIZED throwIf(%s)"

func TestAnUnknownErrorIsRetriedAndThenSplit(t *testing.T) {
	g := newRig(t)
	g.exec(fmt.Sprintf(throwing, "n = 3"))
	sealed := g.sealed(items(0, 10))
	s, d := g.shipper(), g.delivery(sealed, false)
	for range unknownAttempts - 1 {
		_, err := g.send(s, sealed, d)
		require.True(t, Doubtful(err), err)
		require.Zero(t, g.count("1"))
	}
	result := g.untilSettled(s, sealed, d)
	g.has(sealed, 9)
	require.Len(t, result.Refused, 1)
	require.Equal(t, 395, result.Refused[0].Code)
	require.Equal(t, "tenant=tenant-0 n=3", result.Refused[0].Key)
}

// untilSettled makes attempts until the segment is settled; a bounded number of
// them may be in doubt.
func (g *rig) untilSettled(s *Shipper, sealed *segment.Sealed, d *Delivery) Result {
	g.Helper()
	for range 3 * unknownAttempts {
		result, err := g.send(s, sealed, d)
		if err == nil {
			return result
		}
		require.True(g, Doubtful(err), err)
	}
	g.Fatal("the segment is never settled")
	return Result{}
}

// A row that was hit by an unknown error once, in the middle of a split, is not
// at fault.
func TestAnUnknownErrorThatPassesBuriesNoRow(t *testing.T) {
	g := newRig(t)
	g.exec("ALTER TABLE items ADD CONSTRAINT no_3 CHECK n != 3")
	for k := range 12 {
		inserts := 0
		g.proxy.Choose(func(table string) chdbtest.Fault {
			if table == "items" {
				if inserts++; inserts == k+1 {
					return chdbtest.TooLarge
				}
			}
			return chdbtest.Pass
		})
		again := g.sealed(items(0, 8))
		d := g.delivery(again, false)
		result := g.untilSettled(g.shipper(), again, d)
		require.Equal(t, 1, result.Refused[0].Rows, k)
		require.Len(t, result.Refused, 1, k)
		g.has(again, 7)
	}
}

func TestRowsAreNotGivenUpForAnUnknownErrorThatHitsAllOfThem(t *testing.T) {
	g := newRig(t)
	g.exec(fmt.Sprintf(throwing, "n < 1000"))
	sealed, alone := g.sealed(items(0, 10)), g.sealed(items(500, 1))
	s, d, lone := g.shipper(), g.delivery(sealed, false), g.delivery(alone, false)
	for range 5 * unknownAttempts {
		_, err := g.send(s, sealed, d)
		require.True(t, Doubtful(err), err)
		_, err = g.send(s, alone, lone)
		require.True(t, Doubtful(err), err)
	}
	// Rows of others are taken: the lone row is at fault.
	other := g.sealed(items(2000, 1))
	_, err := g.send(s, other, g.delivery(other, false))
	require.NoError(t, err)
	result := g.untilSettled(s, alone, lone)
	require.Equal(t, 1, result.Refused[0].Rows)

	g.exec("ALTER TABLE items DROP COLUMN thrown")
	result, err = g.send(g.shipper(), sealed, g.delivery(sealed, true))
	require.NoError(t, err)
	require.Empty(t, result.Refused)
	g.has(sealed, 10)
}

func TestRowsThatAViewRefusesAreStored(t *testing.T) {
	g := newRig(t)
	g.exec("CREATE TABLE behind (n UInt64) ENGINE = MergeTree ORDER BY n SETTINGS non_replicated_deduplication_window = 1000")
	g.exec("CREATE MATERIALIZED VIEW view TO behind AS SELECT n + throwIf(n = 3) AS n FROM items")
	sealed := g.sealed(items(0, 10))
	s, d := g.shipper(), g.delivery(sealed, false)
	var result Result
	require.Eventually(t, func() bool {
		var err error
		result, err = g.send(s, sealed, d)
		return err == nil
	}, 10*time.Second, time.Millisecond)
	require.Empty(t, result.Refused)
	require.ErrorContains(t, result.ViewErrors["items"], "throwIf")
	g.has(sealed, 10)
}
