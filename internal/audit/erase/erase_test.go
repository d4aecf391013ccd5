package erase_test

import (
	"bytes"
	"crypto/ed25519"
	"encoding/binary"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/weir-otel/weir/internal/audit"
	"github.com/weir-otel/weir/internal/audit/erase"
	"github.com/weir-otel/weir/internal/audit/verify"
	"github.com/weir-otel/weir/internal/chdb/chdbtest"
	"github.com/weir-otel/weir/internal/schema"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func newKey(seed byte) ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{seed}, ed25519.SeedSize))
}

func public(key ed25519.PrivateKey) ed25519.PublicKey { return key.Public().(ed25519.PublicKey) }

func TestErasedEventsAreToldFromRemovedOnes(t *testing.T) {
	server := chdbtest.Start(t)
	require.NoError(t, schema.Apply(t.Context(), server.Conn(t, "default"), schema.Options{}))
	conn := server.Conn(t, "weir")
	ctx, now, collector, eraser := t.Context(), time.Now().Truncate(time.Millisecond), newKey(1), newKey(2)
	ledger, err := audit.Open(audit.Settings{Key: collector, Interval: time.Minute, EventDays: 30, ChainDays: 400, Now: func() time.Time { return now }})
	require.NoError(t, err)

	// Six events of two people, as the exporter stores them.
	var id audit.SegmentID
	binary.BigEndian.PutUint64(id[:8], uint64(now.UnixMilli())<<16|0x7000)
	id[8] = 0x80
	events, err := conn.PrepareBatch(ctx, "INSERT INTO events (timestamp, received_at, event_id, source, actor, salt, digest, segment_id)")
	require.NoError(t, err)
	var digests []audit.Sum
	for i := range 6 {
		e := audit.Event{Timestamp: now.UnixNano(), ReceivedAt: now.UnixNano(), ID: string(rune('a' + i)), Source: ledger.Source(), Actor: []string{"ada", "bob"}[i%2]}
		salt := [audit.SaltSize]byte{byte(i)}
		digest := new(audit.Hasher).Digest(salt, &e)
		digests = append(digests, digest)
		require.NoError(t, events.Append(now, now, e.ID, e.Source, e.Actor, string(salt[:]), string(digest[:]), id.String()))
	}
	require.NoError(t, events.Send())
	entries := ledger.Trailer(id, digests)
	chain, err := conn.PrepareBatch(ctx, "INSERT INTO event_chain (source, seq, digest, hash, segment_id)")
	require.NoError(t, err)
	for _, e := range entries {
		require.NoError(t, chain.Append(e.Source, e.Seq, string(e.Digest[:]), string(e.Hash[:]), e.Segment.String()))
	}
	require.NoError(t, chain.Send())

	report := func() *verify.Report {
		t.Helper()
		// The collector has signed nothing yet; its chain alone is checked.
		report, err := verify.Run(ctx, verify.Database{Conn: conn}, verify.Options{Now: now, Keys: []ed25519.PublicKey{public(eraser)}})
		require.NoError(t, err)
		return report
	}
	for i, person := range []string{"ada", "bob"} {
		stated, err := erase.State(ctx, conn, erase.Request{Key: eraser, Now: now, Receipt: "r" + person, Events: "actor = '" + person + "'"})
		require.NoError(t, err)
		require.Equal(t, 3, stated)
		require.NoError(t, conn.Exec(ctx, "ALTER TABLE events DELETE WHERE actor = '"+person+"' SETTINGS mutations_sync = 2"))
		require.Empty(t, report().Problems)
		require.EqualValues(t, 3*(i+1), report().Sources[1].Erased)
	}
	stated, err := erase.State(ctx, conn, erase.Request{Key: eraser, Now: now, Events: "1"})
	require.NoError(t, err)
	require.Zero(t, stated, "nothing is left")
	require.NoError(t, conn.Exec(ctx, "ALTER TABLE audit_tombstones DELETE WHERE receipt = 'rada' SETTINGS mutations_sync = 2"))
	require.Len(t, report().Problems, 4, "the statement, and each event that it excused")
}
