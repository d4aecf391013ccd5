package demo

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/finding"
	"github.com/weir-otel/weir/internal/leak"
	"github.com/weir-otel/weir/internal/simulate"
)

var update = flag.Bool("update", false, "write the golden files")

func sampleResult() Result {
	export := finding.Finding{
		Fingerprint: "00000000000000aa", Status: finding.Resolved, Rule: "connector-bytes-volume", Family: "volume", ConnectorID: "crm-sync-007",
		Measure: "bytes_out", Observed: 96e6, Expected: 7.6e6, WindowStart: three, WindowEnd: three.Add(time.Hour),
		Summary: "sent out 13 times the usual bytes",
	}
	endpoint := finding.Finding{
		Fingerprint: "00000000000000bb", Status: finding.Firing, Rule: "connector-new-endpoint", Family: "endpoints", ConnectorID: "order-intake-012",
		Endpoint: "GET /contacts/export", Measure: "requests", Observed: 42, Expected: 0.02, WindowStart: three.Add(5 * time.Hour), WindowEnd: three.Add(6 * time.Hour),
		Summary: "called an endpoint that it never used in 27 days",
	}
	r := Result{
		Seed: 3, Start: three.AddDate(0, 0, -28), End: three.Add(20 * time.Hour), Connectors: 220,
		Sent: Counts{Spans: 1000, Actions: 900}, Stored: Counts{Spans: 1000, Actions: 900},
		Findings: []finding.Finding{export, endpoint}, Unexpected: []finding.Finding{},
		Incidents: []Check{
			{Incident: simulate.Incident{Kind: simulate.Exfiltration, Connector: "crm-sync-007", Family: "volume", Start: three, End: three.Add(2 * time.Hour)}, Found: true, By: []string{"connector-bytes-volume"}},
			{Incident: simulate.Incident{Kind: simulate.NewEndpoint, Connector: "order-intake-012", Family: "endpoints", Start: three.Add(5 * time.Hour), End: three.Add(6 * time.Hour)}, Found: true, By: []string{"connector-new-endpoint"}},
			{Incident: simulate.Incident{Kind: simulate.OffHours, Connector: "hr-report-031", Family: "hours", Start: three.Add(7 * time.Hour), End: three.Add(8 * time.Hour)}},
		},
		Alerts: 2, Leaks: []string{"e-mail address in table `weir`.`spans` (3)"},
		Searched: leak.Searched{Tables: 9, Rows: 5000, Segments: 4, Files: 12},
		Control:  Control{Found: []string{"API key", "card number", "e-mail address"}, Missing: []string{"authorization header"}},
		Seconds:  83.2,
	}
	r.judge()
	return r
}

func TestReport(t *testing.T) {
	r := sampleResult()
	var out bytes.Buffer
	require.NoError(t, r.write(Options{Out: &out}))
	requireGolden(t, "report.txt", out.Bytes())
}

func TestReportOfARunThatHeld(t *testing.T) {
	r := sampleResult()
	r.Incidents, r.Leaks, r.Control.Missing, r.Failures = r.Incidents[:2], nil, nil, nil
	r.judge()
	var out bytes.Buffer
	require.NoError(t, r.write(Options{Out: &out}))
	requireGolden(t, "report-held.txt", out.Bytes())
}

func TestReportOfABenignRunWithAFalseAlarm(t *testing.T) {
	r := sampleResult()
	r.Benign, r.Incidents, r.Findings, r.Leaks, r.Control.Missing, r.Failures = true, nil, r.Findings[:1], nil, nil, nil
	r.Unexpected = r.Findings
	r.judge()
	require.Empty(t, r.Failures)
	var out bytes.Buffer
	require.NoError(t, r.write(Options{Out: &out}))
	requireGolden(t, "report-benign.txt", out.Bytes())
}

func TestChecksThatSawNothingDoNotHold(t *testing.T) {
	f := func(hint string, change func(*Result)) {
		t.Helper()
		r := sampleResult()
		r.Incidents, r.Leaks, r.Control.Missing, r.Failures = r.Incidents[:2], nil, nil, nil
		change(&r)
		r.judge()
		if hint == "" {
			require.Empty(t, r.Failures)
			return
		}
		require.Len(t, r.Failures, 1)
		require.Contains(t, r.Failures[0], hint)
	}
	f("", func(*Result) {})
	f("no incident could be hidden", func(r *Result) { r.Incidents = nil })
	f("saw too little", func(r *Result) { r.Searched.Segments = 0 })
	f("saw too little", func(r *Result) { r.Searched.Tables = 0 })
	f("saw too little", func(r *Result) { r.Searched.Rows = r.Stored.Spans - 1 })
	f("stored 999 spans", func(r *Result) { r.Stored.Spans-- })
	f("1 of 2 findings", func(r *Result) { r.Alerts-- })
	f("", func(r *Result) { r.Unexpected = make([]finding.Finding, 5) })
	f("6 findings that no incident explains", func(r *Result) { r.Unexpected = make([]finding.Finding, 6) })
	f("rollup is wrong", func(r *Result) { r.Miscounted = []string{"x"} })
}

func TestReportSaysWhatIsNotSo(t *testing.T) {
	r := sampleResult()
	r.Stored.Spans, r.LeftOut = 999, []string{"burst"}
	var out bytes.Buffer
	require.NoError(t, r.table(&out))
	require.NotContains(t, out.String(), "Nothing lost")
	require.Contains(t, out.String(), "Sent 1000 spans of 900 calls; stored 999 spans and 900 actions.")
	require.Contains(t, out.String(), "(raise --spans): burst.")
}

func TestReportAsJSONIsOneObject(t *testing.T) {
	r := sampleResult()
	var out bytes.Buffer
	require.NoError(t, r.write(Options{Out: &out, JSON: true}))
	var back Result
	require.NoError(t, json.Unmarshal(out.Bytes(), &back))
	require.Equal(t, r.Failures, back.Failures)
	require.Len(t, back.Findings, 2)
}

func requireGolden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(path, got, 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), string(got), "go test -update writes it again")
}
