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
		start := time.Now()
		_, err := catalog.Parse("c.yaml", []byte("version: 1\nconnectors:\n"+strings.Repeat(entry, 30_000)))
		require.Error(t, err)
		require.Less(t, time.Since(start), 5*time.Second)
	}
}
