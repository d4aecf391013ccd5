package simulate

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestScenarioFileChangesWhatItSays(t *testing.T) {
	s, err := LoadScenario(filepath.Join("testdata", "scenario.yaml"))
	require.NoError(t, err)
	require.Equal(t, 40, s.Connectors)
	require.Equal(t, DefaultScenario().Days, s.Days)
	require.Len(t, s.Tenants, 1)
	sim, err := New(Options{Scenario: s, End: testEnd})
	require.NoError(t, err)
	require.Len(t, sim.Connectors(), 40)
	for _, c := range sim.Connectors() {
		require.Contains(t, []Kind{KindOffice, KindNightly}, c.Kind)
	}
}

func TestScenarioErrorsNameTheKey(t *testing.T) {
	f := func(content, want string) {
		t.Helper()
		path := filepath.Join(t.TempDir(), "scenario.yaml")
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
		_, err := LoadScenario(path)
		require.ErrorContains(t, err, want)
	}
	f("conectors: 3", "conectors")
	f("tenants: [{id: a, time_zone: Europe/Berlin, region: atlantis, weight: 1}]", `tenants[0].region: "atlantis"`)
	f("tenants: [{id: a, time_zone: Berlin, region: de, weight: 1}]", `tenants[0].time_zone: "Berlin"`)
	f("tenants: [{time_zone: UTC, region: de}]", "tenants[0].id")
	f("tenants: []", "tenants: none")
	f("kinds: {frantic: 3}", `kinds: "frantic"`)
	f("incidents: {alien: 1}", `incidents: "alien"`)
	_, err := LoadScenario("no-such-file.yaml")
	require.ErrorContains(t, err, "cannot read scenario")
}

func TestHolidays(t *testing.T) {
	f := func(region, date string, want bool) {
		t.Helper()
		day, err := time.Parse(time.DateOnly, date)
		require.NoError(t, err)
		require.Equal(t, want, holidaysOf[region](day.Date()), "%s %s", region, date)
	}
	f("de", "2026-04-03", true) // Good Friday
	f("de", "2026-04-06", true) // Easter Monday
	f("de", "2026-05-14", true) // Ascension
	f("de", "2026-10-03", true)
	f("de", "2026-07-04", false)
	f("us", "2026-11-26", true) // Thanksgiving
	f("us", "2026-11-19", false)
	f("us", "2026-05-25", true) // Memorial Day
	f("uk", "2026-08-31", true)
	f("jp", "2026-10-12", true)
	f("br", "2026-02-17", true) // Carnival
	f("au", "2026-04-25", true)
	f("in", "2026-08-15", true)
}
