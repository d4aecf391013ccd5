package detect

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestAnEncodedProfileTellsItsPartsWithoutBeingRead(t *testing.T) {
	h := motley(1, 40)
	m := modelOf(h, 30, volumeRule(), hoursRule(), endpointsRule(), ruleOf(Volume, ErrorRate, time.Hour, 10, 3), ruleOf(Endpoints, EndpointMix, 24*time.Hour, 8, 1))
	peaks := 0
	m.EachEncoded(func(key Key, data []byte) {
		p, d := m.profile(key), encoded(data)
		require.Equal(t, p.first, d.first())
		require.Equal(t, p.last, d.last())
		require.Equal(t, p.peer, d.peer())
		require.InDelta(t, p.failing, d.failing(), 0)
		for slot := range uint8(slotCount) {
			require.Equal(t, p.always(slot), d.always(slot))
		}
		require.Equal(t, p.peaks, d.peaks(nil))
		require.LessOrEqual(t, len(data), p.size())
		peaks += len(p.peaks)

		again := m.profile(Key{Tenant: "t", ID: "c1"}) // of another entity
		d.into(again)
		require.Equal(t, d, encode(again), "nothing is left of what was there before")
	})
	require.NotZero(t, peaks)
}

func TestABuilderThatTakesOverBuildsTheSame(t *testing.T) {
	h := motley(2, 40)
	rules := []*Rule{volumeRule(), hoursRule(), endpointsRule()}
	build := func(takeOver bool) *Model {
		before := modelOf(until(h, 0, 29), 29, rules...)
		b := NewBuilder(rules, monday.AddDate(0, 0, 30), before, Options{})
		if takeOver {
			b.TakeOver()
		}
		b.Add(h)
		if takeOver {
			require.Empty(t, before.profiles)
		}
		return b.Model()
	}
	require.Equal(t, build(false).profiles, build(true).profiles)
}

func TestStatesCountThoseWithoutAProfileToo(t *testing.T) {
	h := office(4, time.UTC)
	m := modelOf(h, 30, volumeRule())
	stranger := h.Entities[0]
	stranger.ID = "stranger"
	h.Entities = append(h.Entities, stranger)
	require.Equal(t, map[State]int{Learning: 1, Ready: 4, Stale: 0}, m.States(volumeRule(), h, monday.AddDate(0, 0, 30)))
}
