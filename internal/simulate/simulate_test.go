package simulate

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/simulate/draw"
)

var testEnd = time.Date(2026, 6, 17, 14, 20, 0, 0, time.UTC) // a Wednesday

func newSimulation(t testing.TB, change func(*Options)) *Simulation {
	t.Helper()
	opts := Options{Seed: 1, End: testEnd, Spans: 100_000}
	if change != nil {
		change(&opts)
	}
	s, err := New(opts)
	require.NoError(t, err)
	return s
}

// summary hashes all calls, so that two simulations can be compared.
func summary(s *Simulation) (calls int, hash uint64) {
	for c := range s.Calls() {
		calls++
		hash = draw.Mix(hash, uint64(c.Time.UnixNano()), uint64(c.TraceID[3]), c.BytesOut, uint64(c.Status), uint64(len(c.User)))
	}
	return calls, hash
}

func TestSameSeedGivesTheSameCalls(t *testing.T) {
	n1, h1 := summary(newSimulation(t, nil))
	s := newSimulation(t, nil)
	n2, h2 := summary(s)
	n3, h3 := summary(s)
	require.Equal(t, n1, n2)
	require.Equal(t, h1, h2)
	require.Equal(t, n1, n3, "a second pass")
	require.Equal(t, h1, h3, "a second pass")
}

func TestSeedsDiffer(t *testing.T) {
	one, two := newSimulation(t, nil), newSimulation(t, func(o *Options) { o.Seed = 2 })
	_, h1 := summary(one)
	_, h2 := summary(two)
	require.NotEqual(t, h1, h2)
	require.NotEqual(t, one.Incidents(), two.Incidents())
}

func TestCallsComeInOrderOfTimeAndBeforeTheEnd(t *testing.T) {
	s := newSimulation(t, nil)
	require.Equal(t, time.Date(2026, 6, 17, 14, 0, 0, 0, time.UTC), s.End())
	last := s.Start()
	for c := range s.Calls() {
		require.False(t, c.Time.Before(last), "%s after %s", c.Time, last)
		last = c.Time
	}
	require.True(t, last.Before(s.End()))
}

func TestSpansAreAboutWhatWasAskedFor(t *testing.T) {
	for _, want := range []int{60_000, 400_000} {
		s := newSimulation(t, func(o *Options) { o.Spans = want })
		spans := 0
		for c := range s.Calls() {
			spans += c.Spans()
		}
		require.InEpsilon(t, want, spans, 0.05)
	}
}

func TestIncidentsLeaveTheTrafficBeneathThemAsItWas(t *testing.T) {
	count := func(s *Simulation) (calls int, bytes uint64) {
		for c := range s.Calls() {
			if c.Incident < 0 {
				calls++
				bytes += c.BytesOut
			}
		}
		return calls, bytes
	}
	calls, bytes := count(newSimulation(t, nil))
	benign := newSimulation(t, func(o *Options) { o.Benign = true })
	require.Empty(t, benign.Incidents())
	benignCalls, benignBytes := count(benign)
	require.Equal(t, benignCalls, calls)
	require.Equal(t, benignBytes, bytes)
}

func TestOfficeConnectorsWorkInTheirOwnOfficeHours(t *testing.T) {
	s := newSimulation(t, func(o *Options) { o.Benign = true })
	zones := map[string]bool{}
	for c := range s.Calls() {
		if c.Connector.Kind != KindOffice {
			continue
		}
		zones[c.Connector.TimeZone] = true
		at := c.Time.In(c.Connector.location)
		require.GreaterOrEqual(t, at.Hour(), 6, "%s in %s", c.Connector.ID, c.Connector.TimeZone)
		require.LessOrEqual(t, at.Hour(), 19, "%s in %s", c.Connector.ID, c.Connector.TimeZone)
	}
	require.Greater(t, len(zones), 5)
}

func TestWeekendsAndHolidaysAreQuieter(t *testing.T) {
	end := time.Date(2026, 5, 27, 0, 0, 0, 0, time.UTC)
	s := newSimulation(t, func(o *Options) { o.Benign, o.End = true, end })
	days := map[string]int{}
	for c := range s.Calls() {
		if c.Connector.Kind == KindOffice && c.Connector.region == "us" {
			days[c.Time.In(c.Connector.location).Format("Mon 02 Jan")]++
		}
	}
	wednesday := days["Wed 20 May"]
	require.Positive(t, wednesday)
	require.Less(t, days["Sat 16 May"], wednesday/5)
	require.Less(t, days["Mon 25 May"], wednesday/5, "Memorial Day")
}

func TestNightlyJobsRunAtNightOfTheirZone(t *testing.T) {
	s := newSimulation(t, func(o *Options) { o.Benign = true })
	for c := range s.Calls() {
		if c.Connector.Kind == KindNightly {
			require.Less(t, c.Time.In(c.Connector.location).Hour(), 6, c.Connector.ID)
		}
	}
}

func TestSparseConnectorsMakeAFewCallsADay(t *testing.T) {
	s := newSimulation(t, func(o *Options) { o.Benign, o.Spans = true, 1_000_000 })
	calls := map[string]int{}
	for c := range s.Calls() {
		if c.Connector.Kind == KindSparse {
			calls[c.Connector.ID]++
		}
	}
	require.NotEmpty(t, calls)
	for id, n := range calls {
		require.Less(t, float64(n)/28, 8.0, id)
	}
}

func TestGrowingConnectorsKeepAddingEndpoints(t *testing.T) {
	s := newSimulation(t, func(o *Options) { o.Benign = true })
	growing := 0
	for _, c := range s.Connectors() {
		if !c.growing {
			continue
		}
		growing++
		last := c.Endpoints[len(c.Endpoints)-1].from
		require.True(t, last.After(s.End().AddDate(0, 0, -14)), c.ID)
		require.True(t, slices.IsSortedFunc(c.Endpoints, func(a, b *Endpoint) int { return a.from.Compare(b.from) }))
	}
	require.Greater(t, growing, 10)
	for c := range s.Calls() {
		require.False(t, c.Endpoint.from.After(c.Time), "%s called %s before it had it", c.Connector.ID, c.Endpoint)
	}
}

func TestDaysAreMoreUnevenThanPoisson(t *testing.T) {
	s := newSimulation(t, func(o *Options) { o.Benign = true })
	days := map[string]map[int64]float64{}
	for c := range s.Calls() {
		if c.Connector.Kind == KindWebhook && c.Connector.since.Equal(s.start) {
			if days[c.Connector.ID] == nil {
				days[c.Connector.ID] = map[int64]float64{}
			}
			days[c.Connector.ID][c.Time.Unix()/86400]++
		}
	}
	over := 0
	for _, counts := range days {
		sum, squares, n := 0.0, 0.0, float64(len(counts))
		for _, v := range counts {
			sum += v
			squares += v * v
		}
		mean := sum / n
		if (squares/n-mean*mean)/mean > 1.5 {
			over++
		}
	}
	require.Greater(t, over, len(days)/2)
}

func TestCatalogListsAllButTheShadowConnectors(t *testing.T) {
	s := newSimulation(t, nil)
	require.Len(t, s.Catalog().Connectors, 218)
	for _, c := range s.Connectors() {
		if c.Registered {
			require.Equal(t, c.TimeZone, s.Catalog().Location(c.ID).String())
		}
	}
}

func TestRollupCountsEveryCallOnce(t *testing.T) {
	s := newSimulation(t, nil)
	calls, _ := summary(s)
	hourly, fine := s.HourlyRollup(), s.Rollup(5*time.Minute)
	total := func(rows []RollupRow) (requests, bytes uint64) {
		for _, r := range rows {
			requests += r.Requests
			bytes += r.BytesOut
		}
		return requests, bytes
	}
	requests, bytes := total(hourly)
	fineRequests, fineBytes := total(fine)
	require.EqualValues(t, calls, requests)
	require.Equal(t, requests, fineRequests)
	require.Equal(t, bytes, fineBytes)
	require.Greater(t, len(fine), len(hourly))
	require.True(t, slices.IsSortedFunc(hourly, func(a, b RollupRow) int { return a.Start.Compare(b.Start) }))
}

func TestOptionsAreChecked(t *testing.T) {
	for want, opts := range map[string]Options{
		"days: 1":        {Days: 1},
		"connectors: 3":  {Connectors: 3},
		"spans: 5":       {Spans: 5},
		"time_zone":      {Scenario: &Scenario{Tenants: []Tenant{{ID: "a", TimeZone: "Mars/Olympus", Region: "de", Weight: 1}}, Kinds: map[Kind]float64{KindOffice: 1}}},
		"incidents: \"x": {Scenario: &Scenario{Incidents: map[IncidentKind]int{"x": 1}}},
	} {
		_, err := New(opts)
		require.ErrorContains(t, err, want)
	}
}

func BenchmarkCalls(b *testing.B) {
	s := newSimulation(b, func(o *Options) { o.Spans = 1_000_000 })
	calls := 0
	for b.Loop() {
		for range s.Calls() {
			calls++
		}
	}
	b.ReportMetric(float64(calls)/b.Elapsed().Seconds(), "calls/s")
}

func BenchmarkBatches(b *testing.B) {
	s := newSimulation(b, func(o *Options) { o.Spans = 1_000_000 })
	spans := 0
	for b.Loop() {
		for batch := range s.Batches(4000) {
			spans += batch.Spans
		}
	}
	b.ReportMetric(float64(spans)/b.Elapsed().Seconds(), "spans/s")
}

func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		newSimulation(b, nil)
	}
}
