package message

import (
	"encoding/json"
	"flag"
	"os"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/finding"
)

var update = flag.Bool("update", false, "write the goldens anew")

func exfiltration() finding.Finding {
	start := time.Date(2026, 3, 2, 3, 10, 0, 0, time.UTC)
	return finding.Finding{
		Fingerprint: "00c0ffee00c0ffee", Status: finding.Firing, Rule: "bytes_out_burst", Family: "volume",
		Severity: "critical", Category: "data_exposure", TenantID: "acme", ConnectorID: "crm-sync", ConnectorName: "CRM sync",
		Endpoint: "GET /contacts/export", Measure: "bytes_out", Observed: 1.234e9, Expected: 1.5e8, Lower: 1e8, Upper: 2.02e8, Score: 0.99,
		StartedAt: start, UpdatedAt: start.Add(10 * time.Minute), WindowStart: start, WindowEnd: start.Add(5 * time.Minute),
		BaselineDays: 28, BaselineBuckets: 4032, Summary: "CRM sync answered with far more bytes than at any time in four weeks.",
		Contributors: []finding.Contributor{{Key: "GET /contacts/export", Baseline: 1e7, Observed: 1.1e9}, {Key: "GET /contacts/{id}", Baseline: 9e7, Observed: 1.34e8}},
		TraceIDs:     []string{"4bf92f3577b34da6a3ce929d0e0e4736"},
		RunbookURL:   "https://runbooks.example.com/bytes", DashboardURL: "https://grafana.example.com/d/weir-activity",
	}
}

func TestAnAlertSaysEverythingOnCallPeopleAskFor(t *testing.T) {
	f := exfiltration()
	got, err := json.MarshalIndent(map[string]any{
		"labels": Labels(f, map[string]string{"cluster": "eu-1"}), "annotations": Annotations(f),
	}, "", "  ")
	require.NoError(t, err)
	if *update {
		require.NoError(t, os.WriteFile("testdata/exfiltration.json", append(got, '\n'), 0o600))
	}
	want, err := os.ReadFile("testdata/exfiltration.json")
	require.NoError(t, err)
	require.Equal(t, string(want), string(got)+"\n")
}

func TestLabelsDoNotChangeWhileAnEpisodeLasts(t *testing.T) {
	before, after := exfiltration(), exfiltration()
	after.Observed, after.Score, after.Status, after.Summary = 9e9, 0.5, finding.Resolved, "other"
	after.UpdatedAt, after.ResolvedAt, after.WindowEnd = after.UpdatedAt.Add(time.Hour), after.UpdatedAt.Add(time.Hour), after.WindowEnd.Add(time.Hour)
	after.Contributors, after.TraceIDs, after.ConnectorName = nil, nil, "renamed"
	require.Equal(t, Labels(before, nil), Labels(after, nil))
}

func TestLabelsOfTheFindingWinOverConfiguredOnes(t *testing.T) {
	labels := Labels(exfiltration(), map[string]string{"tenant": "other", "team": "sre"})
	require.Equal(t, "acme", labels["tenant"])
	require.Equal(t, "sre", labels["team"])
	require.NotContains(t, Labels(finding.Finding{}, map[string]string{"tenant": "forged"}), "tenant")
}

func TestTitlesSayWhatWhereForWhom(t *testing.T) {
	f := func(change func(*finding.Finding), want string) {
		t.Helper()
		fd := exfiltration()
		change(&fd)
		require.Equal(t, want, Title(fd))
	}
	f(func(*finding.Finding) {}, "Response bytes 8.23× the usual: CRM sync on GET /contacts/export (tenant acme)")
	f(func(fd *finding.Finding) { fd.Measure, fd.Endpoint, fd.Observed, fd.Expected = "requests", "", 12, 100 },
		"Requests 0.12× the usual: CRM sync (tenant acme)")
	f(func(fd *finding.Finding) { fd.Measure, fd.Expected = "errors", 0 },
		"Errors where there usually is none: CRM sync on GET /contacts/export (tenant acme)")
	f(func(fd *finding.Finding) { fd.Family, fd.Endpoint = "hours", "" }, "Active at an unusual time: CRM sync (tenant acme)")
	f(func(fd *finding.Finding) { fd.Family, fd.ConnectorName = "endpoints", "" },
		"Endpoint never used before: crm-sync on GET /contacts/export (tenant acme)")
	f(func(fd *finding.Finding) { fd.ConnectorID, fd.ConnectorName, fd.TenantID, fd.Endpoint = "", "", "", "" },
		"Response bytes 8.23× the usual: calls of no known connector")
	f(func(fd *finding.Finding) { fd.Family, fd.Measure, fd.Expected, fd.Observed = "query", "", 0, 0 },
		"Activity unusual: CRM sync on GET /contacts/export (tenant acme)")
}

func TestAmountsHaveTheirUnit(t *testing.T) {
	f := func(measure string, value float64, want string) {
		t.Helper()
		require.Equal(t, want, amount(measure, value))
	}
	f("requests", 0, "0")
	f("requests", 0.123456, "0.123")
	f("requests", 8.235, "8.23")
	f("requests", 1234567.2, "1,234,567")
	f("requests", -4321, "-4,321")
	f("bytes_out", 999, "999 B")
	f("bytes_out", 1.234e9, "1.23 GB")
	f("bytes_in", 5e18, "5,000 PB")
}

func TestTextThatIsTooLongIsCutBetweenCharacters(t *testing.T) {
	fd := exfiltration()
	fd.ConnectorID = strings.Repeat("ä", 400)
	fd.ConnectorName = strings.Repeat("日本", 400) + "\x00\xff"
	fd.Summary = strings.Repeat("long ", 4000)
	for _, values := range []map[string]string{Labels(fd, nil), Annotations(fd)} {
		for name, value := range values {
			require.True(t, utf8.ValidString(value), name)
			require.LessOrEqual(t, len(value), maxAnnotation, name)
		}
	}
	require.LessOrEqual(t, len(Labels(fd, nil)["connector"]), maxLabel)
	require.True(t, strings.HasSuffix(Title(fd), "…"))
	require.LessOrEqual(t, len(Title(fd)), maxTitle)
}

func TestLabelsHaveNoLineBreaks(t *testing.T) {
	fd := exfiltration()
	fd.Endpoint = "GET /a\nSubject: forged"
	require.Equal(t, "GET /a Subject: forged", Labels(fd, nil)["endpoint"])
	require.NotContains(t, Title(fd), "\n")
}

func TestDashboardLinksHaveTheTimeOfTheEpisode(t *testing.T) {
	f := func(link, want string) {
		t.Helper()
		fd := exfiltration()
		fd.DashboardURL = link
		require.Equal(t, want, DashboardURL(fd))
	}
	f("https://g/d/x", "https://g/d/x?from=1772399400000&to=1772424900000&var-connector=crm-sync&var-tenant=acme")
	f("https://g/d/x?from=now-1h&to=now", "https://g/d/x?from=now-1h&to=now")
	f("https://g/d/x?var-connector=all", "https://g/d/x?from=1772399400000&to=1772424900000&var-connector=all&var-tenant=acme")
	f("javascript:alert(1)", "")
	f("/relative", "")
	f("", "")
}
