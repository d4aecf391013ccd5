package history

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestLargestFindsTheFiveMinutesInARowWithTheMost(t *testing.T) {
	f := func(minutes map[int]float32, most float32, end time.Duration) {
		t.Helper()
		all := make([]float32, 20)
		for i, v := range minutes {
			all[i] = v
		}
		gotMost, gotEnd := largest(all)
		require.InDelta(t, most, gotMost, 0)
		require.Equal(t, end, gotEnd)
	}
	f(nil, 0, 5*time.Minute)
	f(map[int]float32{0: 1, 4: 2, 5: 3}, 5, 6*time.Minute) // across what buckets would cut
	f(map[int]float32{19: 7}, 7, 20*time.Minute)
	f(map[int]float32{0: 9, 10: 4, 14: 4, 15: 4}, 9, 5*time.Minute)
}
