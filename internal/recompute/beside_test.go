package recompute_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/recompute"
)

// Each segment is a group of its own, and most have reports of the same traces:
// two of them are resolved at one time. The second round replaces what is there.
func TestGroupsThatShareTracesCanBeResolvedBesideEachOther(t *testing.T) {
	const seed = 20260607
	random := rand.New(rand.NewPCG(seed, 1))
	conn := database(t)
	reports := randomReports(random, 40)
	deliver(t, conn, reports...)
	settle(t, conn)
	want := outcome(t, conn)

	clearAll(t, conn)
	resolver := recompute.New(conn)
	resolver.GroupReports(1)
	for range 2 {
		random.Shuffle(len(reports), func(i, j int) { reports[i], reports[j] = reports[j], reports[i] })
		const segments = 8
		for i := range segments {
			deliver(t, conn, reports[i*len(reports)/segments:(i+1)*len(reports)/segments]...)
		}
		result, err := resolver.Run(t.Context())
		require.NoError(t, err)
		require.Equal(t, recompute.Result{Segments: segments, Reports: len(reports), Buckets: result.Buckets}, result)
		require.Equal(t, want, outcome(t, conn), "seed %d", seed)
	}
}
