package metadata

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

func TestTheCodeSaysWhatMetadataYAMLSays(t *testing.T) {
	content, err := os.ReadFile("../../metadata.yaml")
	require.NoError(t, err)
	var declared struct {
		Type   string `yaml:"type"`
		Status struct {
			Class     string              `yaml:"class"`
			Stability map[string][]string `yaml:"stability"`
		} `yaml:"status"`
	}
	require.NoError(t, yaml.Unmarshal(content, &declared))
	require.Equal(t, Type.String(), declared.Type)
	require.Equal(t, "receiver", declared.Status.Class)
	require.Equal(t, map[string][]string{"alpha": {"traces", "logs"}}, declared.Status.Stability)
	require.Equal(t, "Alpha", TracesStability.String())
	require.Equal(t, "Alpha", LogsStability.String())
}
