package e2e

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestShippedConfigsAreValidForTheBinary(t *testing.T) {
	configs, err := filepath.Glob("../configs/*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, configs)
	for _, config := range configs {
		t.Run(filepath.Base(config), func(t *testing.T) {
			run(t, weirBinary, "validate", "--config", config)
		})
	}
}
