package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSeedsAreListsAndRanges(t *testing.T) {
	f := func(list string, want ...uint64) {
		t.Helper()
		seeds, err := parse(list)
		require.NoError(t, err)
		require.Equal(t, want, seeds)
	}
	f("7", 7)
	f("1001-1003", 1001, 1002, 1003)
	f("7,9-10", 7, 9, 10)
}

func TestWhatIsNoSeedIsRefused(t *testing.T) {
	for _, list := range []string{"", "x", "5-3", "1,", "-4"} {
		_, err := parse(list)
		require.ErrorContains(t, err, "is no seed or range of seeds, expected e.g. 1001-1005", list)
	}
}
