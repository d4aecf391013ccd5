package score

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/scenarios"
	"github.com/weir-otel/weir/rules"
)

// sample is a small fleet with one incident of each kind, made once.
var sample = sync.OnceValues(func() (*Fleet, error) {
	return NewFleet(scenarios.Options{Seed: 1001, Connectors: 150, History: 43})
})

func fleet(t *testing.T) *Fleet {
	t.Helper()
	f, err := sample()
	require.NoError(t, err)
	return f
}

func builtin(t *testing.T) []rules.Rule {
	t.Helper()
	pack, err := rules.Builtin()
	require.NoError(t, err)
	return pack
}

func summary(f *Fleet, alerts []Alert, pack []rules.Rule) *Summary {
	s := NewSummary()
	s.Add(NewTally(f, alerts, pack))
	return s
}

// perfect alerts on every incident, half an hour after it begins.
func perfect(f *Fleet) []Alert {
	var all []Alert
	for _, in := range f.Incidents {
		at := later(in.Start, f.From).Add(30 * time.Minute)
		all = append(all, Alert{Rule: "swap", Family: "swap", Connector: in.Connector, At: at, From: at.Add(-time.Hour), To: at, Strength: 1})
	}
	return all
}

func TestAPerfectDetectorHasFullMarks(t *testing.T) {
	s := summary(fleet(t), perfect(fleet(t)), builtin(t))
	require.InDelta(t, 1, s.Recall(scenarios.IncidentKinds()...), 0)
	require.Equal(t, 30*time.Minute, s.Delay(0.95, scenarios.IncidentKinds()...))
	require.Zero(t, s.False)
	recall, wrong := s.SwapBy()
	require.InDelta(t, 1, recall, 0)
	require.Zero(t, wrong)
}

func TestASilentDetectorFindsNothing(t *testing.T) {
	s := summary(fleet(t), nil, builtin(t))
	require.Zero(t, s.Recall(scenarios.IncidentKinds()...))
	require.Zero(t, s.False)
}

func TestAlertsOnOthersAndAtOtherTimesAreFalse(t *testing.T) {
	f := fleet(t)
	hit := map[int]bool{}
	for _, in := range f.Incidents {
		hit[in.Connector] = true
	}
	var everywhere []Alert
	clean := 0
	for i := range f.Connectors {
		if !hit[i] {
			clean++
		}
		everywhere = append(everywhere, Alert{Rule: "requests-burst", Family: "volume", Connector: i, At: f.From, From: f.From.Add(-time.Hour), To: f.From, Strength: 1})
	}
	s := summary(f, everywhere, builtin(t))
	require.Equal(t, clean, s.False)
	rate, _, _ := s.FalseRate()
	require.InDelta(t, 1000.0/7, rate, 0.01)
	for _, kind := range scenarios.IncidentKinds() {
		if kind != scenarios.Poisoning { // it had begun
			require.Zero(t, s.Recall(kind), kind)
		}
	}
}

func TestSilencesInAnOutageCountForTheOutage(t *testing.T) {
	f := fleet(t)
	last := f.Outages[len(f.Outages)-1]
	silent := Alert{Rule: "silence", Family: "volume", Down: true, Connector: -1, At: last.From.Add(time.Hour), From: last.From, To: last.From.Add(time.Hour)}
	s := summary(f, []Alert{silent}, nil)
	require.Equal(t, 2, s.Outages)
	require.Equal(t, 1, s.Silences)
	require.Zero(t, s.False)
}

func TestAnAPIThatFailsIsToldOnceAndEveryOtherFindingOfAnAPIIsFalse(t *testing.T) {
	f := *fleet(t)
	s := *f.Scenario
	f.Scenario = &s
	from := f.From.Add(30 * time.Hour)
	s.Happenings = []scenarios.Happening{{Change: scenarios.APITrouble, Of: "orders", Connector: -1, From: from, To: from.Add(2 * time.Hour)}}
	of := func(api string, after time.Duration) Alert {
		return Alert{Rule: "error-rate", Family: "volume", Connector: -1, Of: api, At: from.Add(after + time.Hour), From: from.Add(after), To: from.Add(after + time.Hour), Strength: 1}
	}
	score := func(alerts ...Alert) *Summary { return summary(&f, alerts, builtin(t)) }
	once := score(of("orders", 0))
	require.Equal(t, [3]int{1, 1, 0}, [3]int{once.Troubles, once.Failures, once.False})
	wrong := score(of("orders", 0), of("orders", time.Hour), of("contacts", 0), of("orders", 9*time.Hour))
	require.Equal(t, [3]int{1, 1, 3}, [3]int{wrong.Troubles, wrong.Failures, wrong.False})
	require.Equal(t, 3, wrong.Rules["error-rate"].Alerts)
	require.Zero(t, wrong.Silences)
}

// TestTheSuiteOnASample runs the built-in rules as `make eval` does, on a fleet that
// is too small for figures: what is plain to see is found, and hardly anything else
// alerts.
func TestTheSuiteOnASample(t *testing.T) {
	f := fleet(t)
	days := 0
	alerts, _ := Detect(f, builtin(t), func(day int) { days = day })
	s := summary(f, alerts, builtin(t))
	require.Equal(t, f.Days, days)
	plain := []scenarios.IncidentKind{scenarios.Burst10, scenarios.Exfiltration, scenarios.OffHours, scenarios.NewEndpoint, scenarios.Enumeration}
	require.GreaterOrEqual(t, s.Recall(plain...), 0.4)
	require.LessOrEqual(t, s.False, 10, "in %d connector-days", s.ConnectorDays)
}

func TestNaiveFindsMuchAndIsOftenWrong(t *testing.T) {
	s := summary(fleet(t), Naive(fleet(t)), nil)
	rate, _, _ := s.FalseRate()
	require.Greater(t, rate, 50.0)
	require.InDelta(t, 1, s.Recall(scenarios.NewEndpoint), 0)
}

func TestTheOracleFindsLargeDripsBeforeFaintOnes(t *testing.T) {
	f := fleet(t)
	s := NewSummary()
	s.AddOracle(f, Oracle(f))
	require.NotZero(t, s.OracleAsked[scenarios.Drip])
	require.GreaterOrEqual(t, s.Oracle[scenarios.Drip], s.Oracle[scenarios.FaintDrip])
}

func TestAnEpisodeIsToldOnceAndAgainAfterItIsOver(t *testing.T) {
	s := newEpisodes(1, 2)
	told, over := 0, 0
	for hour, strength := range []float64{0.9, 1.2, 0.8, 1.5, 0.5, 0.8, 0.5, 0.5, 1.1} {
		at := time.Unix(int64(hour)*3600, 0)
		told += len(s.step(at, []Alert{{Connector: 7, Strength: strength}}, func(int) { over++ }))
	}
	require.Equal(t, 2, told)
	require.Equal(t, 1, over)
}

func TestAnEpisodeWaitsForItsWindows(t *testing.T) {
	s := newEpisodes(2, 1)
	hot := []Alert{{Connector: 7, Strength: 1}}
	require.Empty(t, s.step(time.Unix(0, 0), hot, nil))
	require.Len(t, s.step(time.Unix(3600, 0), hot, nil), 1)
}

func TestTheTableNamesKindsRulesAndGoals(t *testing.T) {
	s := summary(fleet(t), perfect(fleet(t)), builtin(t))
	var out strings.Builder
	require.NoError(t, Write(&out, s, s))
	for _, want := range []string{"burst ×10", "requests-burst", "identity swap", "telemetry outages: 2", "false alerts per 1000 connectors a day: 0.00"} {
		require.Contains(t, out.String(), want)
	}
	met := map[string]bool{}
	for _, g := range s.Goals() {
		met[g.Name] = g.Met()
	}
	require.True(t, met["recall, hours"])
}

func TestASilentDetectorMissesTheGoalsOfRecallAndDelay(t *testing.T) {
	f := fleet(t)
	s := summary(f, nil, builtin(t))
	burst := slices.IndexFunc(f.Incidents, func(in scenarios.Incident) bool { return in.Kind == scenarios.Burst6 })
	s.AddOracle(f, map[int]bool{burst: true})
	for _, g := range s.Goals() {
		if g.Least || strings.HasPrefix(g.Name, "delay of off hours") || strings.HasPrefix(g.Name, "delay of a drip") {
			require.False(t, g.Met(), g.Name)
		}
	}
}

func TestASilenceWithAReasonOfItsOwnIsNotAboutTheOutage(t *testing.T) {
	f := *fleet(t)
	s := *f.Scenario
	f.Scenario = &s
	last := f.Outages[len(f.Outages)-1]
	own := scenarios.Incident{Kind: scenarios.Silence, Connector: 3, Start: last.From.Add(-5 * time.Hour), End: last.To.Add(time.Hour)}
	s.Incidents = append(slices.Clone(s.Incidents), own)
	silent := func(connector int) Alert {
		return Alert{Rule: "silence", Family: "volume", Down: true, Connector: connector, At: last.To, From: last.From, To: last.To}
	}
	require.False(t, f.inOutage(silent(3)))
	s.Incidents = s.Incidents[:len(s.Incidents)-1]
	f.Happenings = slices.Clone(f.Happenings)
	f.Happenings[3] = nil
	require.Equal(t, last.Tenant == "" || last.Tenant == f.Connectors[3].Tenant, f.inOutage(silent(3)))
	f.Happenings[3] = []scenarios.Happening{{Change: scenarios.Retirement, From: last.From.Add(-time.Hour), To: f.End}}
	require.False(t, f.inOutage(silent(3)))
}

func TestWhatIsMissedWhileAnEventIsDeclaredIsCounted(t *testing.T) {
	f := *fleet(t)
	in := f.Incidents[0]
	f.Happenings = slices.Clone(f.Happenings)
	f.Happenings[in.Connector] = []scenarios.Happening{{From: in.Start, To: in.End.Add(-time.Second), Declared: true}}
	require.False(t, f.declared(&in))
	f.Happenings[in.Connector] = []scenarios.Happening{{From: in.Start, To: in.End, Declared: true}}
	require.True(t, f.declared(&in))
	require.Equal(t, 1, NewTally(&f, nil, nil).Kinds[in.Kind].Declared)
	require.Zero(t, NewTally(&f, perfect(&f), nil).Kinds[in.Kind].Declared)
}

func TestAPromptBurstExceedsAllFiveMinutesOfTheHistory(t *testing.T) {
	f := *fleet(t)
	f.Fives, f.Minutes = slices.Clone(f.Fives), slices.Clone(f.Minutes)
	from := int32(60 * 24 * f.Options.History)
	f.Fives[0] = []scenarios.Bucket{{At: 7, Calls: 15}, {At: from/5 + 1, Calls: 900}}
	f.Minutes[0] = []scenarios.Bucket{{At: from + 100, Calls: 20}, {At: from + 102, Calls: 15}}
	begin := int(from) + 101
	require.InDelta(t, 1.25, f.peak(0).exceeded(begin, begin), 0) // 20 and 5 over 15 and 5
	require.InDelta(t, 2, f.peak(0).exceeded(begin, begin+2), 0)
	for k := range Prompt(&f) {
		require.Equal(t, scenarios.Burst10, f.Incidents[k].Kind)
	}
}

func TestPromptDelaysCountWhatWasMissed(t *testing.T) {
	f := fleet(t)
	burst := slices.IndexFunc(f.Incidents, func(in scenarios.Incident) bool { return in.Kind == scenarios.Burst10 })
	s := NewSummary()
	s.AddPrompt(f, NewTally(f, perfect(f), nil), map[int]bool{burst: true})
	s.AddPrompt(f, NewTally(f, nil, nil), map[int]bool{burst: true})
	s.AddPrompt(f, NewTally(f, nil, nil), map[int]bool{burst: false})
	require.Equal(t, []time.Duration{30 * time.Minute, f.End.Sub(f.Incidents[burst].Start)}, s.Prompt)
}

func TestTheOracleTellsWorkAtIdleHoursFromWhatTheConnectorDoesThere(t *testing.T) {
	f := fleet(t)
	k := slices.IndexFunc(f.Incidents, func(in scenarios.Incident) bool { return in.Kind == scenarios.OffHours })
	in, o := f.Incidents[k], oracle{fleet: f}
	in.Calls = 1 << 30
	require.True(t, o.idle(&in))
	in.Calls = 0 // as much as it does in every such hour
	require.False(t, o.idle(&in))
}
