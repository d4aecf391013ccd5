package backtest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestEpisodesBeginAndEndAsTheRuleSays(t *testing.T) {
	f := func(factor float64, fire, resolve, want int, strengths ...float64) {
		t.Helper()
		e := newEpisodes(factor, fire, resolve)
		for i, s := range strengths {
			e.step(time.Unix(int64(i)*3600, 0), []observation{{key: "a", strength: s}})
		}
		require.Equal(t, want, e.began)
	}
	f(1, 1, 2, 1, 1, 1, 1)
	f(1, 1, 2, 1, 1, 0, 1)          // one calm window does not end it
	f(1, 1, 2, 2, 1, 0, 0, 1)       // two do
	f(1, 1, 2, 1, 1, .8, .8, .8, 1) // above seven tenths it goes on
	f(1, 2, 2, 0, 1, 0, 1, 0, 1)    // two windows in a row are asked for
	f(1, 2, 2, 1, 1, 1, 0)
	f(2, 1, 2, 0, 1.9, 1.9)
	f(2, 1, 2, 1, 1.9, 2)
	f(1, 1, 1, 3, 1, 0, 1, 0, 1)
}
