package main

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/redact"
)

func TestTheReferenceHasEveryDetectorAndIsUpToDate(t *testing.T) {
	page := string(reference(redact.Detectors()))
	for _, d := range redact.Detectors() {
		require.Contains(t, page, "| `"+d.Name+"` |")
		require.NotEmpty(t, d.Description, d.Name)
	}
	written, err := os.ReadFile("../../../docs/reference/detectors.md")
	require.NoError(t, err)
	require.Equal(t, page, string(written), "run `go generate ./internal/tools/redactdocs`")
}

func TestCellsKeepTheTableWhole(t *testing.T) {
	require.Equal(t, `a\|b c &lt;x&gt;`, cell("a|b\nc <x>"))
}
