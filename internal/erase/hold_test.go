package erase

import (
	"bytes"
	"crypto/ed25519"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestAHoldIsInForceUntilItsTimeOrItsRelease(t *testing.T) {
	now := time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)
	later, earlier := now.Add(time.Hour), now.Add(-time.Hour)
	require.True(t, (&Hold{}).InForce(now))
	require.True(t, (&Hold{Until: &later}).InForce(now))
	require.False(t, (&Hold{Until: &now}).InForce(now))
	require.False(t, (&Hold{ReleasedAt: &earlier}).InForce(now))
}

func TestTheHashOfAnIDNeedsTheKeyAndKnowsAddressesInAnyCase(t *testing.T) {
	keys := make([]*Key, 2)
	for i := range keys {
		var err error
		keys[i], err = NewKey(ed25519.NewKeyFromSeed(bytes.Repeat([]byte{byte(i)}, ed25519.SeedSize)))
		require.NoError(t, err)
	}
	require.Equal(t, keys[0].hash("Ann@x.com"), keys[0].hash(ann))
	require.NotEqual(t, keys[0].hash("U1"), keys[0].hash("u1"))
	require.NotEqual(t, keys[0].hash(ann), keys[1].hash(ann))
	require.NotEqual(t, keys[0].ID(), keys[1].ID())
}

// held runs on the store of another test: an engine is dear.
func held(t *testing.T, s *store) {
	holds := Holds{Conn: s.conn, Now: time.Now}
	_, err := holds.Add(t.Context(), s.key, newSubject(t, ann), "as "+ann+" asked", nil, "root")
	require.ErrorIs(t, err, errReasonNames)
	placed, err := holds.Add(t.Context(), s.key, newSubject(t, "Ann@x.com"), "case 2026-17", nil, "root")
	require.NoError(t, err)

	_, err = s.eraser().Run(t.Context(), newSubject(t, ann))
	var refused *HeldError
	require.ErrorAs(t, err, &refused)
	require.ErrorContains(t, err, "case 2026-17")
	require.ErrorContains(t, err, "weirctl erase hold release "+placed[0].ID)
	require.EqualValues(t, 1, count(t, s.conn, "SELECT count() FROM logs WHERE body = '"+ann+"'"))

	other := s.eraser()
	other.Key, err = NewKey(ed25519.NewKeyFromSeed(bytes.Repeat([]byte{9}, ed25519.SeedSize)))
	require.NoError(t, err)
	_, err = other.Run(t.Context(), newSubject(t, ann))
	require.ErrorContains(t, err, "another key")

	_, err = holds.Release(t.Context(), "none", "root")
	require.ErrorContains(t, err, "hold list")
	released, err := holds.Release(t.Context(), placed[0].ID, "root")
	require.NoError(t, err)
	require.False(t, released.InForce(time.Now()))
}
