package catalog_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/catalog"
)

// The catalog of a large organisation, 40 MB.
func BenchmarkLoad100k(b *testing.B) {
	data := manyConnectors(100_000)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		_, err := catalog.Parse("catalog.yaml", data)
		require.NoError(b, err)
	}
}

// A platform or tenant that was renamed makes the same mistake in every entry.
// Looking up where each of them is would take minutes.
func TestAMistakeInEveryEntryIsRefusedAtOnce(t *testing.T) {
	for _, entry := range []string{
		"  - {id: same}\n",
		"  - {id: same, match: {gateway_consumers: [same]}}\n",
		"  - {id: -, tenant: renamed}\n",
	} {
		took := func(entries int) time.Duration {
			start := time.Now()
			_, err := catalog.Parse("c.yaml", []byte("version: 1\nconnectors:\n"+strings.Repeat(entry, entries)))
			require.Error(t, err)
			return time.Since(start)
		}
		// Four times the entries take four times as long, or 16 if time grows with
		// their square. A busy machine slows single rounds down, never all of them.
		small, large := time.Hour, time.Hour
		for round := 0; round < 2 || round < 10 && large > 10*small; round++ {
			small, large = min(small, max(took(2_000), time.Millisecond)), min(large, took(8_000))
		}
		require.Less(t, large, 10*small, entry)
	}
}
