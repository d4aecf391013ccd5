package episode

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/finding"
)

var midnight = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)

// told steps through strengths, one an hour, and returns what was told when.
func told(t *testing.T, fireAfter int, strengths ...float64) []string {
	t.Helper()
	set := Set{}
	var log []string
	for i, strength := range strengths {
		tick := midnight.Add(time.Duration(i+1) * time.Hour)
		out, err := set.Step(tick, []Observation{{Fingerprint: "a", Strength: strength, Describe: func() (finding.Finding, error) {
			return finding.Finding{Fingerprint: "a", WindowStart: tick.Add(-time.Hour), WindowEnd: tick}, nil
		}}}, Patience{FireAfter: fireAfter, ResolveAfter: 2})
		require.NoError(t, err)
		for _, f := range out {
			require.Equal(t, tick, f.UpdatedAt)
			log = append(log, tick.Format("15 ")+string(f.Status)+f.StartedAt.Format(" 15"))
		}
	}
	return log
}

func TestEpisodes(t *testing.T) {
	f := func(strengths []float64, want ...string) {
		t.Helper()
		require.Equal(t, want, told(t, 1, strengths...))
	}
	f([]float64{0.5, 0.9, 0.99})
	f([]float64{1.2}, "01 firing 00")
	f([]float64{1.2, 0.6, 0.1}, "01 firing 00", "03 resolved 00")
	f([]float64{1.2, 0.6, 0.8, 0.6, 0.9, 0.6, 0.6}, "01 firing 00", "07 resolved 00") // hovering does not flap
	f([]float64{1.2, 1.7, 1.9, 2.8}, "01 firing 00", "03 firing 00")                  // told again from 1.8 on
	f([]float64{1.2, 0, 0, 1.3}, "01 firing 00", "03 resolved 00", "04 firing 03")
}

func TestAPatientRuleIsPendingFirst(t *testing.T) {
	require.Equal(t, []string{"01 pending 00", "03 firing 00", "06 resolved 00"}, told(t, 2, 1.2, 0.9, 1.1, 1.1, 0, 0))
	require.Equal(t, []string{"01 pending 00", "03 lapsed 00"}, told(t, 2, 1.2, 0.1, 0.1))
}

func TestAnEpisodeThatIsNoLongerObservedResolves(t *testing.T) {
	set := Set{"a": {Finding: finding.Finding{Fingerprint: "a", Status: finding.Firing}, Peak: 3}}
	out, err := set.Step(midnight, nil, Patience{1, 1})
	require.NoError(t, err)
	require.Len(t, out, 1)
	require.Equal(t, finding.Resolved, out[0].Status)
	require.Equal(t, midnight, out[0].ResolvedAt)
	require.InDelta(t, 0.75, out[0].Score, 0)
	require.Empty(t, set)
}

func TestAFailedDescriptionChangesNothing(t *testing.T) {
	set := Set{}
	_, err := set.Step(midnight, []Observation{{Fingerprint: "a", Strength: 2, Describe: func() (finding.Finding, error) {
		return finding.Finding{}, errors.New("no database")
	}}}, Patience{1, 1})
	require.Error(t, err)
	require.Empty(t, set)
}

func TestCloneGoesItsOwnWay(t *testing.T) {
	set := Set{"a": {Calm: 1}}
	clone := set.Clone()
	clone["a"].Calm = 5
	delete(clone, "b")
	require.Equal(t, 1, set["a"].Calm)
}
