package detect

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// modelOf a day of an office fleet, built at once.
func modelOf(h *History, day int, rules ...*Rule) *Model {
	b := NewBuilder(rules, monday.AddDate(0, 0, day), nil, Options{})
	b.Survey(h)
	b.Add(h)
	return b.Model()
}

func TestProfilesSurviveStorage(t *testing.T) {
	day := 24 * time.Hour
	m := modelOf(office(3, time.UTC), 30, volumeRule(), hoursRule(), endpointsRule(), ruleOf(Endpoints, RareEndpoints, day, 5, 1), ruleOf(Endpoints, EndpointMix, day, 20, 1))
	m.Each(func(_ Key, p *Profile) {
		require.Len(t, p.mixes, 1)
		data, err := p.MarshalBinary()
		require.NoError(t, err)
		var got Profile
		require.NoError(t, got.UnmarshalBinary(data))
		again, err := got.MarshalBinary()
		require.NoError(t, err)
		require.Equal(t, data, again)
		require.Less(t, len(data), 1000)
		require.ErrorContains(t, got.UnmarshalBinary(data[:len(data)-1]), "build it anew")
		data[0]--
		require.ErrorContains(t, got.UnmarshalBinary(data), "another version")
	})
}

func FuzzProfile(f *testing.F) {
	modelOf(office(1, time.UTC), 30, volumeRule(), ruleOf(Endpoints, EndpointMix, 24*time.Hour, 20, 1)).Each(func(_ Key, p *Profile) {
		data, err := p.MarshalBinary()
		require.NoError(f, err)
		f.Add(data)
	})
	f.Fuzz(func(t *testing.T, data []byte) {
		var p Profile
		if p.UnmarshalBinary(data) != nil {
			return
		}
		again, err := p.MarshalBinary()
		require.NoError(t, err)
		require.LessOrEqual(t, len(again), len(data))
	})
}
