package redact

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSecretVectorsAreFoundAndNearMissesAreNot(t *testing.T) {
	e := mustNew(t, Config{})
	for _, v := range secretVectors() {
		matches := e.Find(v.Key, v.Text)
		if v.Secret == "" {
			require.Empty(t, matches, "%s: a near miss: %s", v.Detector, v.Text)
			continue
		}
		require.Len(t, matches, 1, "%s: %s %s", v.Detector, v.Key, v.Text)
		require.Equal(t, v.Detector, matches[0].Detector, v.Text)
		require.Equal(t, v.Secret, v.Text[matches[0].Start:matches[0].End], v.Detector)
	}
}

func TestEveryProviderHasAVector(t *testing.T) {
	shown := map[string]bool{}
	for _, v := range secretVectors() {
		if v.Secret != "" {
			shown[v.Detector] = true
		}
	}
	for _, p := range providers {
		require.True(t, shown[p.name], p.name)
	}
}
