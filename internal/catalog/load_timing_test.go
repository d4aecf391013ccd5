package catalog_test

import (
	"testing"

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
