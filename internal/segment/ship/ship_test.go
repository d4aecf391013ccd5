package ship

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"
	"time"

	chcompress "github.com/ClickHouse/ch-go/compress"
	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/weir-otel/weir/internal/chdb/chdbtest"
	"github.com/weir-otel/weir/internal/segment"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestALostAnswerDoublesNothing(t *testing.T) {
	for name, fault := range map[string]chdbtest.Fault{"lost": chdbtest.LoseAnswer, "500": chdbtest.Answer500, "reset": chdbtest.Reset} {
		t.Run(name, func(t *testing.T) {
			g := newRig(t)
			sealed := g.sealed(items(0, 10))
			s, d := g.shipper(), g.delivery(sealed, false)
			failures := 0
			g.proxy.Choose(func(table string) chdbtest.Fault {
				if table != "items" || failures == 2 {
					return chdbtest.Pass
				}
				failures++
				return fault
			})
			for range 2 {
				_, err := g.send(s, sealed, d)
				require.Error(t, err)
				require.False(t, Doubtful(err), err)
			}
			_, err := g.send(s, sealed, d)
			require.NoError(t, err)
			g.has(sealed, 10)
		})
	}
}

// forget makes the table forget all tokens, as a rebuild or too many INSERTs do.
func (g *rig) forget() {
	g.exec("ALTER TABLE items MODIFY SETTING non_replicated_deduplication_window = 0")
	g.exec("ALTER TABLE items MODIFY SETTING non_replicated_deduplication_window = 1000")
}

func TestASegmentWhoseTokensAreForgottenIsCheckedByItsID(t *testing.T) {
	g := newRig(t)
	old := g.now
	sealed := g.sealed(items(0, 10))
	lose := func(table string) chdbtest.Fault {
		if table == "items" {
			return chdbtest.LoseAnswer
		}
		return chdbtest.Pass
	}
	pass := func(string) chdbtest.Fault { return chdbtest.Pass }

	t.Run("of an earlier run", func(t *testing.T) {
		_, err := g.send(g.shipper(), sealed, g.delivery(sealed, false))
		require.NoError(t, err)
		g.forget()
		result, err := g.send(g.shipper(), sealed, g.delivery(sealed, true))
		require.NoError(t, err)
		require.Equal(t, 10, result.Stored["items"])
		g.has(sealed, 10)
	})
	t.Run("tried long ago", func(t *testing.T) {
		aged := g.sealed(items(0, 10))
		s, d := g.shipper(), g.delivery(aged, false)
		g.proxy.Choose(lose)
		_, err := g.send(s, aged, d)
		require.Error(t, err)
		g.proxy.Choose(pass)
		g.forget()
		g.now = old.Add(tokensRemembered + time.Second)
		_, err = g.send(s, aged, d)
		require.NoError(t, err)
		g.has(aged, 10)
	})
	t.Run("in a table that is another one now", func(t *testing.T) {
		moved := g.sealed(items(0, 10))
		s, d := g.shipper(), g.delivery(moved, false)
		g.proxy.Choose(lose)
		_, err := g.send(s, moved, d)
		require.Error(t, err)
		g.proxy.Choose(pass)
		g.exec("CREATE TABLE rebuilt AS items")
		g.exec("INSERT INTO rebuilt SELECT * FROM items")
		g.exec("EXCHANGE TABLES items AND rebuilt")
		_, err = g.send(s, moved, d)
		require.NoError(t, err)
		g.has(moved, 10)
	})
	t.Run("without a check it would be doubled", func(t *testing.T) { // the positive control
		g.forget()
		_, err := g.send(g.shipper(), sealed, g.delivery(sealed, false))
		require.NoError(t, err)
		rows, _ := g.of(sealed)
		require.Equal(t, 20, rows)
	})
}

func TestOnlyTheMissingDaysOfAnOldSegmentAreSent(t *testing.T) {
	g := newRig(t)
	sealed := g.sealed(items(0, 10))
	g.exec("INSERT INTO items SELECT toDateTime64('2026-01-02', 9, 'UTC') + 43200 * (number - 2), concat('tenant-', toString(number % 3)), number, '" +
		sealed.ID.String() + "' FROM numbers(2, 4)")
	result, err := g.send(g.shipper(), sealed, g.delivery(sealed, true))
	require.NoError(t, err)
	require.Equal(t, 10, result.Stored["items"])
	g.has(sealed, 10)
}

func TestAnInsertThatStillRunsIsWaitedFor(t *testing.T) {
	g := newRig(t)
	sealed := g.sealed(items(0, 10))
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() {
		ctx := clickhouse.Context(ctx, clickhouse.WithSettings(clickhouse.Settings{"insert_deduplication_token": sealed.ID.String() + "-items"}))
		ended <- g.server.Conn(t, "weir").Exec(ctx, "INSERT INTO items SELECT now64(9), '', sleepEachRow(0.1), generateUUIDv4() FROM numbers(1000) SETTINGS max_block_size = 1, function_sleep_max_microseconds_per_block = 0")
	}()
	s, d := g.shipper(), g.delivery(sealed, true)
	require.Eventually(t, func() bool {
		running, err := underWay(t.Context(), g.direct, sealed.ID.String())
		return err == nil && running
	}, 10*time.Second, 10*time.Millisecond)
	_, err := g.send(s, sealed, d)
	require.ErrorIs(t, err, errUnderWay)
	cancel()
	require.Error(t, <-ended)
	require.Eventually(t, func() bool {
		_, err := g.send(s, sealed, d)
		return err == nil
	}, 10*time.Second, 10*time.Millisecond)
	g.has(sealed, 10)
}

func TestBodiesAreCompressedOnTheWire(t *testing.T) {
	body := strings.Repeat("telemetry repeats itself ", 100_000) // more than a frame
	for _, method := range []string{CompressionLZ4, CompressionZSTD} {
		framed, ok := compressed(strings.NewReader(body), method)
		require.True(t, ok)
		wire, err := io.ReadAll(framed)
		require.NoError(t, err)
		require.Less(t, len(wire), len(body)/10)
		got := make([]byte, len(body))
		_, err = io.ReadFull(chcompress.NewReader(bytes.NewReader(wire)), got)
		require.NoError(t, err)
		require.Equal(t, body, string(got))
	}
	_, ok := compressed(strings.NewReader(body), CompressionNone)
	require.False(t, ok)
}

func TestEveryCompressionIsTaken(t *testing.T) {
	g := newRig(t)
	for _, method := range []string{CompressionLZ4, CompressionZSTD, CompressionNone} {
		sealed := g.sealed(items(0, 1000))
		s := g.shipper()
		s.Compression = method
		_, err := g.send(s, sealed, g.delivery(sealed, false))
		require.NoError(t, err)
		g.has(sealed, 1000)
	}
}

func TestAPieceOfAnInsertOnOneShardIsNeitherLostNorDoubled(t *testing.T) {
	g := newRig(t)
	sealed := g.sealed(items(0, 8))
	g.exec("INSERT INTO items SELECT toDateTime64('2026-01-01', 9, 'UTC'), 'tenant-0', 0, '" + sealed.ID.String() + "'")
	g.exec("ALTER TABLE items ADD CONSTRAINT no_3 CHECK n != 3")
	s := g.shipper()
	known, err := s.factsOf(t.Context(), "items", false)
	require.NoError(t, err)
	known.sharded = true // the embedded engine has no cluster to make a Distributed table of
	_, err = g.send(s, sealed, g.delivery(sealed, false))
	require.ErrorIs(t, err, errShards)
	require.True(t, Doubtful(err))
	g.has(sealed, 1)
}

// burn makes the table forget rows, and not their tokens: as a server does that
// is killed when it has noted a token, before it has the rows.
func (g *rig) burn(sealed *segment.Sealed, where string) {
	g.exec("ALTER TABLE items DELETE WHERE segment_id = '" + sealed.ID.String() + "' AND " + where + " SETTINGS mutations_sync = 1")
}

func TestRowsOfWhichTheServerKnowsTheTokenOnlyAreSentAgain(t *testing.T) {
	lost := func(g *rig, sealed *segment.Sealed) (*Shipper, *Delivery) { // stored, and nobody knows
		s, d := g.shipper(), g.delivery(sealed, false)
		g.proxy.Choose(func(table string) chdbtest.Fault {
			if table == "items" {
				return chdbtest.LoseAnswer
			}
			return chdbtest.Pass
		})
		_, err := g.send(s, sealed, d)
		require.Error(t, err)
		g.proxy.Choose(func(string) chdbtest.Fault { return chdbtest.Pass })
		return s, d
	}
	for name, missing := range map[string]string{"all": "1", "of a day": "toDate(timestamp) = '2026-01-02'"} {
		t.Run(name+", in one life", func(t *testing.T) {
			g := newRig(t)
			sealed := g.sealed(items(0, 10))
			s, d := lost(g, sealed)
			g.burn(sealed, missing)
			result, err := g.send(s, sealed, d)
			require.NoError(t, err)
			require.Equal(t, 10, result.Stored["items"])
			g.has(sealed, 10)
		})
		t.Run(name+", of an earlier run", func(t *testing.T) {
			g := newRig(t)
			sealed := g.sealed(items(0, 10))
			_, err := g.send(g.shipper(), sealed, g.delivery(sealed, false))
			require.NoError(t, err)
			g.burn(sealed, missing)
			_, err = g.send(g.shipper(), sealed, g.delivery(sealed, true))
			require.NoError(t, err)
			g.has(sealed, 10)
		})
	}
	t.Run("the token after it may be burnt as well", func(t *testing.T) {
		g := newRig(t)
		sealed := g.sealed(items(0, 10))
		for life := range 1 + maxBurnt {
			_, err := g.send(g.shipper(), sealed, g.delivery(sealed, life > 0))
			require.NoError(t, err)
			g.has(sealed, 10)
			g.burn(sealed, "1")
		}
	})
	t.Run("one that is late doubles nothing", func(t *testing.T) {
		g := newRig(t)
		sealed := g.sealed(items(0, 10))
		s, d := lost(g, sealed)
		g.burn(sealed, "1")
		_, err := g.send(s, sealed, d)
		require.NoError(t, err)
		_, err = g.send(g.shipper(), sealed, g.delivery(sealed, false)) // the first INSERT, once more
		require.NoError(t, err)
		g.has(sealed, 10)
	})
	t.Run("rows that go at once are not sent for ever", func(t *testing.T) {
		g := newRig(t)
		g.exec("ALTER TABLE items MODIFY TTL toDateTime(timestamp) + INTERVAL 1 DAY DELETE")
		sealed := g.sealed(items(0, 10))
		result, err := g.send(g.shipper(), sealed, g.delivery(sealed, true))
		require.NoError(t, err)
		require.Equal(t, 10, result.Stored["items"])
	})
}
