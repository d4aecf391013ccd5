package finding

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/weir-otel/weir/internal/lowcode"
)

func example() Finding {
	at := time.Date(2026, 3, 2, 2, 0, 0, 0, time.UTC)
	return Finding{
		Fingerprint: Fingerprint("acme", "crm-sync", "", "bytes-up-1h", "", "bytes_out"), Status: Resolved,
		Rule: "bytes-up-1h", Family: "volume", Severity: "critical", Category: "data_exposure",
		TenantID: "acme", ConnectorID: "crm-sync", ConnectorName: "CRM sync", Entity: "key-1", Endpoint: "GET /contacts/export", Measure: "bytes_out",
		Observed: 1.2e9, Expected: 1.5e7, Lower: 3e6, Upper: 4e7, Score: 0.97, Effect: 80, PValue: 1e-30,
		WindowStart: at, WindowEnd: at.Add(time.Hour), StartedAt: at, UpdatedAt: at.Add(62 * time.Minute), ResolvedAt: at.Add(4 * time.Hour),
		BaselineDays: 28, BaselineBuckets: 672, Summary: "crm-sync read 1.2 GB.",
		Contributors: []Contributor{{Key: "GET /contacts/export", Observed: 1.1e9}},
		TraceIDs:     []string{"0102030405060708090a0b0c0d0e0f10"}, EvidenceSQL: "SELECT 1",
		RunbookURL: "https://example.org/r", DashboardURL: "https://example.org/d", RuleRevision: "1a", CatalogRevision: "2b",
	}
}

func TestLogRoundTrip(t *testing.T) {
	f := func(in Finding) {
		t.Helper()
		lr := plog.NewLogRecord()
		in.ToLog(lr)
		out, err := FromLog(lr)
		require.NoError(t, err)
		require.Equal(t, in, out)
	}
	f(example())
	open := example()
	open.Status, open.ResolvedAt, open.Endpoint, open.Contributors, open.TraceIDs = Firing, time.Time{}, "", nil, nil
	f(open)
	for _, severity := range []string{"info", "warning", "critical"} {
		open.Severity = severity
		f(open)
	}
}

func TestLogRecordShape(t *testing.T) {
	lr := plog.NewLogRecord()
	example().ToLog(lr)
	require.Equal(t, "lowcode.finding", lr.EventName())
	require.Equal(t, "crm-sync read 1.2 GB.", lr.Body().Str())
	require.Equal(t, plog.SeverityNumberError2, lr.SeverityNumber())
	v, ok := lr.Attributes().Get("security_rule.name")
	require.True(t, ok)
	require.Equal(t, "bytes-up-1h", v.Str())
}

func TestFromLogRefuses(t *testing.T) {
	f := func(change func(plog.LogRecord), want string) {
		t.Helper()
		lr := plog.NewLogRecord()
		example().ToLog(lr)
		change(lr)
		_, err := FromLog(lr)
		require.ErrorContains(t, err, want)
	}
	f(func(lr plog.LogRecord) { lr.SetEventName("other") }, "is no lowcode.finding")
	f(func(lr plog.LogRecord) { lr.Attributes().Remove(lowcode.KeyFindingFingerprint) }, `"lowcode.finding.fingerprint" is missing`)
	f(func(lr plog.LogRecord) { lr.Attributes().PutStr(lowcode.KeyFindingStatus, "open") }, "expected pending, firing, resolved, lapsed or released")
	f(func(lr plog.LogRecord) { lr.Attributes().PutStr(lowcode.KeyFindingScore, "high") }, "expected a number")
	f(func(lr plog.LogRecord) { lr.Attributes().PutStr(lowcode.KeyFindingStartedAt, "now") }, "RFC 3339")
	f(func(lr plog.LogRecord) { lr.Attributes().PutStr(lowcode.KeyFindingContributors, "{") }, "contributors")
}

func TestSeverityFallsBackToNumber(t *testing.T) {
	lr := plog.NewLogRecord()
	example().ToLog(lr)
	lr.SetSeverityText("")
	out, err := FromLog(lr)
	require.NoError(t, err)
	require.Equal(t, "critical", out.Severity)
}

func TestFingerprintKeepsPartsApart(t *testing.T) {
	a := Fingerprint("a", "bc", "", "r", "", "m")
	require.Len(t, a, 16)
	require.NotEqual(t, a, Fingerprint("ab", "c", "", "r", "", "m"))
	require.Equal(t, a, Fingerprint("a", "bc", "", "r", "", "m"))
}

func FuzzFromLog(f *testing.F) {
	f.Add("firing", "0123456789abcdef", "[]", "2026-01-02T03:04:05Z", 1.5)
	f.Fuzz(func(t *testing.T, status, fingerprint, contributors, at string, observed float64) {
		lr := plog.NewLogRecord()
		lr.SetEventName(lowcode.EventFinding)
		attrs := lr.Attributes()
		attrs.PutStr(lowcode.KeyFindingStatus, status)
		attrs.PutStr(lowcode.KeyFindingFingerprint, fingerprint)
		attrs.PutStr(lowcode.KeyFindingContributors, contributors)
		attrs.PutStr(lowcode.KeyFindingStartedAt, at)
		attrs.PutDouble(lowcode.KeyFindingObserved, observed)
		got, err := FromLog(lr)
		if err != nil {
			return
		}
		again := plog.NewLogRecord()
		got.ToLog(again)
		_, err = FromLog(again)
		require.NoError(t, err)
	})
}
