package provenance_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/provenance"
)

func TestFromReturnsWhatWithPut(t *testing.T) {
	want := provenance.Source{Receiver: provenance.ReceiverIntake, Format: "kong", Peer: "edge-1"}
	got, ok := provenance.From(provenance.With(t.Context(), want))
	require.True(t, ok)
	require.Equal(t, want, got)
}

func TestFromReportsThatNothingWasPut(t *testing.T) {
	_, ok := provenance.From(t.Context())
	require.False(t, ok)
}
