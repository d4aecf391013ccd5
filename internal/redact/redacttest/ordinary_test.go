package redacttest_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/redact/redacttest"
)

func TestOrdinaryLinesAreTheSameForASeed(t *testing.T) {
	lines := redacttest.OrdinaryLines(7, 500)
	require.Len(t, lines, 500)
	require.Equal(t, lines, redacttest.OrdinaryLines(7, 500))
	require.NotEqual(t, lines, redacttest.OrdinaryLines(8, 500))
	for _, l := range lines {
		require.NotEmpty(t, l.Text, l.Kind)
	}
}
