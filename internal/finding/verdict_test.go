package finding_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/finding"
)

func TestTheLastVerdictOnAnEpisodeCounts(t *testing.T) {
	conn := database(t)
	at := time.Date(2026, 3, 2, 2, 0, 0, 0, time.UTC)
	f := finding.Finding{
		Fingerprint: "0123456789abcdef", Status: finding.Firing, Rule: "r", TenantID: "acme", ConnectorID: "c",
		Effect: 9, WindowStart: at, WindowEnd: at.Add(time.Hour), StartedAt: at, UpdatedAt: at.Add(time.Hour),
	}
	all, err := finding.Verdicts(t.Context(), conn)
	require.NoError(t, err)
	require.Empty(t, all)
	require.NoError(t, finding.Insert(t.Context(), conn, []finding.Finding{f}, 1))
	gone := finding.Judged{Finding: f, Verdict: finding.True, SaidAt: at}
	gone.Fingerprint = "its finding is gone"
	require.NoError(t, finding.Judge(t.Context(), conn, &gone))
	said := finding.Judged{Finding: f, Verdict: finding.True, Author: "ann", SaidAt: at.Add(2 * time.Hour)}
	require.NoError(t, finding.Judge(t.Context(), conn, &said))
	said.Verdict, said.Note, said.SaidAt, said.Until = finding.Benign, "it's a campaign", at.Add(3*time.Hour), at.Add(27*time.Hour)
	require.NoError(t, finding.Judge(t.Context(), conn, &said))
	all, err = finding.Verdicts(t.Context(), conn)
	require.NoError(t, err)
	require.Equal(t, []finding.Judged{said}, all)
}

func TestVerdictsSayWhatTheyDo(t *testing.T) {
	f := func(text string, leaves, raises bool) {
		t.Helper()
		v, err := finding.ParseVerdict(text)
		require.NoError(t, err)
		require.Equal(t, leaves, v.LeavesBaseline())
		require.Equal(t, raises, v.RaisesThreshold())
	}
	f("", false, false)
	f("true", true, false)
	f("benign", false, true)
	f("Expected", true, true)
	_, err := finding.ParseVerdict("maybe")
	require.ErrorContains(t, err, `"maybe", expected true, benign or expected`)
}
