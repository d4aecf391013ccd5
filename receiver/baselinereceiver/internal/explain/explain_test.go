package explain

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/detect"
	"github.com/weir-otel/weir/internal/finding"
	"github.com/weir-otel/weir/rules"
)

var monday = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)

// sync is a history in which crm-sync reads 20 MB in 10 calls each hour, and in
// the last hour 1.2 GB by an export that it never used.
func sync(t *testing.T) *detect.History {
	t.Helper()
	berlin, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	h := &detect.History{Start: monday, Hours: 30*24 + 1}
	e := detect.Entity{
		Tenant: "acme", ID: "crm-sync", Name: "CRM sync", Calendar: detect.NewCalendar(berlin, monday, h.Hours),
	}
	list := detect.Endpoint{Name: "GET /contacts"}
	for i := range h.Hours {
		list.Hours, list.Calls, list.Bytes = append(list.Hours, int32(i)), append(list.Calls, 10), append(list.Bytes, 20e6)
	}
	last := h.Hours - 1
	export := detect.Endpoint{Name: "GET /contacts/export", First: last, Hours: []int32{int32(last)}, Calls: []float32{90}, Bytes: []float32{1.18e9}}
	e.Endpoints = []detect.Endpoint{list, export}
	e.SumEndpoints()
	h.Entities = []detect.Entity{e}
	return h
}

func found(t *testing.T, rule string) finding.Finding {
	t.Helper()
	h := sync(t)
	builtin, err := rules.Builtin()
	require.NoError(t, err)
	for _, r := range builtin {
		if r.Name != rule {
			continue
		}
		b := detect.NewBuilder([]*detect.Rule{r.Detect()}, monday.AddDate(0, 0, 30), nil, detect.Options{})
		b.Survey(h)
		b.Add(h)
		model := b.Model()
		candidates := model.Evaluate(r.Detect(), h, h.Hours)
		require.Len(t, candidates, 1)
		c := Case{Rule: &r, Model: model, History: h, Candidate: candidates[0], CatalogRevision: "rev", DashboardURL: "https://grafana.example.org/d/x?orgId=1"}
		return c.Finding()
	}
	t.Fatalf("no rule %s", rule)
	return finding.Finding{}
}

func TestABytesFindingSaysWhatWhenHowMuchAndWhy(t *testing.T) {
	f := found(t, "bytes-out-burst")
	require.Equal(t, "crm-sync read 1.2 GB between 02:00 and 03:00 on Wed 1 Apr (Europe/Berlin, 00:00 to 01:00 UTC)"+
		"; it usually reads 20 MB then (28 days). 98% went to GET /contacts/export, first seen then.", f.Summary)
	require.Equal(t, "GET /contacts/export", f.Endpoint)
	require.Equal(t, []finding.Contributor{
		{Key: "GET /contacts/export", Observed: 1.18e9},
		{Key: "GET /contacts", Baseline: 20e6, Observed: 20e6},
	}, f.Contributors)
	require.InDelta(t, 28, f.BaselineDays, 0)
	require.Equal(t, 672, f.BaselineBuckets)
	require.Equal(t, "CRM sync", f.ConnectorName)
	require.Equal(t, finding.Fingerprint("acme", "crm-sync", "", "bytes-out-burst", "", "bytes_out"), f.Fingerprint)
	require.Contains(t, f.DashboardURL, "https://grafana.example.org/d/x?from=")
	require.Contains(t, f.DashboardURL, "orgId=1")
	require.Contains(t, f.DashboardURL, "var-connector=crm-sync")
	require.Contains(t, f.RunbookURL, "bytes-out-burst.md")
	require.Contains(t, f.EvidenceSQL, "AND endpoint = 'GET /contacts/export'")
	require.Len(t, f.RuleRevision, 12)
}

func TestANewEndpointFindingNamesIt(t *testing.T) {
	f := found(t, "new-endpoint")
	require.Contains(t, f.Summary, "crm-sync called GET /contacts/export for the first time (90 calls) between ")
	require.Contains(t, f.Summary, "; in 28 days it took up no other new endpoint.")
	require.InDelta(t, 1, f.Observed, 0)
	require.Equal(t, f.WindowEnd.Add(-time.Hour), f.WindowStart)
}

func TestEveryKindOfFindingIsASentence(t *testing.T) {
	h := sync(t)
	f := func(family, measure, direction string, observed float64, want string) {
		t.Helper()
		c := Case{
			Rule: &rules.Rule{Family: family, Measure: measure}, History: h,
			Candidate: detect.Candidate{Direction: direction, Like: "erp-export", Expected: 0.2, Days: 28},
		}
		at := monday.AddDate(0, 0, 30)
		found := &finding.Finding{Measure: measure, Observed: observed, Lower: 0.01, Upper: 0.5, BaselineDays: 28, WindowStart: at, WindowEnd: at.Add(time.Hour)}
		parts := []detect.Contribution{{Endpoint: "GET /contacts/{id}", Observed: 40, Expected: 5}}
		when := " between 02:00 and 03:00 on Wed 1 Apr (Europe/Berlin, 00:00 to 01:00 UTC)"
		require.Equal(t, strings.ReplaceAll(want, " WHEN", when), c.summary(found, parts))
	}
	f(detect.Volume, detect.Requests, detect.Down, 0, "crm-sync fell silent: it made no request WHEN; it usually makes 0–1 then (28 days).")
	f(detect.Volume, detect.Requests, detect.Down, 3, "crm-sync made only 3 requests WHEN; it usually makes 0–1 then (28 days).")
	f(detect.Volume, detect.ErrorRate, detect.Up, 0.4, "crm-sync failed in 40% of its calls WHEN; it usually fails in 1.0%–50% then (28 days).")
	f(detect.Volume, detect.Cost, detect.Up, 45.5, "crm-sync cost 45.50 WHEN; it usually costs 0.01–0.50 then (28 days).")
	f(detect.Volume, detect.Latency, detect.Up, 2.5, "crm-sync took 2.5 s in 95 of 100 calls WHEN; it usually takes 10–500 ms then (28 days).")
	f(detect.Volume, detect.Users, detect.Up, 90, "crm-sync was used by 90 users WHEN; it usually is by 0–1 then (28 days).")
	f(detect.Endpoints, detect.RareEndpoints, detect.Up, 40, "crm-sync called GET /contacts/{id} (40 calls) WHEN, which it, and others like it, hardly ever call (28 days).")
	f(detect.Endpoints, detect.UnlistedEndpoints, detect.Up, 40, "crm-sync called GET /contacts/{id} (40 calls) WHEN, which the catalog does not allow it.")
	f(detect.Endpoints, detect.Enumeration, detect.Up, 400, "crm-sync went through 400 ids of GET /contacts/{id} WHEN; the most that is usual is 1 (28 days).")
	f(detect.Endpoints, detect.EndpointMix, detect.Up, 0.6, "crm-sync divided its calls differently WHEN: 60% of them went elsewhere than usual (28 days). GET /contacts/{id} had 40 calls (usually 5).")
	f(detect.Volume, detect.Errors, detect.Up, 90, "crm-sync had 90 errors WHEN; it usually has 0–1 then (28 days).")
	f(detect.Swap, detect.Likeness, detect.Up, 9, "crm-sync behaved less like itself than like erp-export WHEN: it called other endpoints, at other hours, than in 28 days before. Somebody else may use its credential.")
}

func TestAGrowthFindingComparesWeeks(t *testing.T) {
	c := Case{
		Rule:    &rules.Rule{Family: detect.Volume, Measure: detect.Requests, Direction: detect.Up, Window: rules.Duration(7 * 24 * time.Hour)},
		History: sync(t),
	}
	found := &finding.Finding{Measure: detect.Requests, Observed: 6720, Expected: 1680, WindowStart: monday.AddDate(0, 0, 21), WindowEnd: monday.AddDate(0, 0, 28)}
	parts := []detect.Contribution{{Endpoint: "GET /contacts", Observed: 6384, Expected: 3000}}
	require.Equal(t, "crm-sync made 6,720 requests between Mon 23 Mar 01:00 and Mon 30 Mar 02:00 (Europe/Berlin, 00:00 to 00:00 UTC)"+
		", 4.0 times as many as in the week five weeks before (1,680), and rose from week to week. 95% went to GET /contacts.", c.summary(found, parts))
}

func TestAFindingOfANewcomerNamesItsPeers(t *testing.T) {
	c := Case{
		Rule: &rules.Rule{Family: detect.Volume, Measure: detect.BytesOut}, History: sync(t),
		Candidate: detect.Candidate{Direction: detect.Up, Peers: 41},
	}
	found := &finding.Finding{Measure: detect.BytesOut, Observed: 5e9, Lower: 40e6, Upper: 200e6, WindowStart: monday, WindowEnd: monday.Add(time.Hour)}
	require.Equal(t, "crm-sync read 5.0 GB between 01:00 and 02:00 on Mon 2 Mar (Europe/Berlin, 00:00 to 01:00 UTC)"+
		"; it has no past of its own, and a connector like it usually reads 40–200 MB in its busiest hour (41 peers).", c.summary(found, nil))
}

func TestQuoteCannotBeLeft(t *testing.T) {
	require.Equal(t, `'a\'b\\'`, quote(`a'b\`))
}

func TestWindowsAreLocalAndUTC(t *testing.T) {
	tokyo, err := time.LoadLocation("Asia/Tokyo")
	require.NoError(t, err)
	f := func(loc *time.Location, hours int, want string) {
		t.Helper()
		require.Equal(t, want, window(monday, monday.Add(time.Duration(hours)*time.Hour), loc))
	}
	f(time.UTC, 1, "between 00:00 and 01:00 on Mon 2 Mar (UTC)")
	f(tokyo, 1, "between 09:00 and 10:00 on Mon 2 Mar (Asia/Tokyo, 00:00 to 01:00 UTC)")
	f(tokyo, 24, "between Mon 2 Mar 09:00 and Tue 3 Mar 09:00 (Asia/Tokyo, 00:00 to 00:00 UTC)")
}

func TestNumbersReadWell(t *testing.T) {
	f := func(want, got string) {
		t.Helper()
		require.Equal(t, want, got)
	}
	f("1 request", requests(1))
	f("1,234,567 requests", requests(1234567))
	f("999 bytes", bytesOf(999))
	f("1.0 kB", bytesOf(1000))
	f("1.2 GB", bytesOf(1.2e9))
	f("40 MB", bytesOf(40e6))
	f("3.0–40 MB", span(&finding.Finding{Lower: 3e6, Upper: 40e6}, bytesOf))
	f("800 kB–40 MB", span(&finding.Finding{Lower: 8e5, Upper: 40e6}, bytesOf))
	f("next to nothing", span(&finding.Finding{}, bytesOf))
	f("20", span(&finding.Finding{Lower: 20, Upper: 20}, number))
	f("GET /a, GET /b and 1 other", list([]detect.Contribution{{Endpoint: "GET /a"}, {Endpoint: "GET /b"}, {Endpoint: "GET /c"}}))
}
