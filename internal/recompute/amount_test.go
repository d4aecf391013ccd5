package recompute_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/recompute"
)

// Many traces are looked up, and many keys of a rollup added up, in another way
// than few; at first, and when what has been written is replaced.
func TestTheOutcomeDoesNotDependOnHowMuchIsResolvedAtOnce(t *testing.T) {
	const seed = 20250304
	conn := database(t)
	reports := randomReports(rand.New(rand.NewPCG(seed, 1)), 60)
	halves := [][]report{reports[:len(reports)/2], reports[len(reports)/2:]}
	for _, half := range halves {
		deliver(t, conn, half...)
		settle(t, conn)
	}
	want := outcome(t, conn)
	require.Greater(t, len(want["connector_5m"]), 20)

	clearAll(t, conn)
	resolver := recompute.New(conn)
	resolver.Few(0)
	for _, half := range halves {
		deliver(t, conn, half...)
		_, err := resolver.Run(t.Context())
		require.NoError(t, err)
	}
	require.Equal(t, want, outcome(t, conn), "seed %d", seed)
}
