package redactprocessor

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/processor/processortest"

	"github.com/weir-otel/weir/internal/lowcode"
	"github.com/weir-otel/weir/internal/redact"
	"github.com/weir-otel/weir/processor/redactprocessor/internal/metadata"
)

const someone = "a@b.example"

// spareEmails is a policy in which a rule leaves e-mail addresses.
func spareEmails(rule redact.Rule) func(*Config) {
	return func(c *Config) {
		rule.Exclude = []string{"email"}
		c.Rules = []redact.Rule{rule}
	}
}

func TestRulesApplyToTheConnectorOfTheRecordOrElseOfItsResource(t *testing.T) {
	r := newTestRedactor(t, spareEmails(redact.Rule{Connectors: []string{"crm"}}))
	f := func(ofResource, ofSpan, want string) {
		t.Helper()
		td := newTraces()
		resource := td.ResourceSpans().At(0)
		if ofResource != "" {
			resource.Resource().Attributes().PutStr(lowcode.KeyConnectorID, ofResource)
		}
		resource.Resource().Attributes().PutStr("note", someone)
		first := resource.ScopeSpans().At(0).Spans().At(0)
		if ofSpan != "" {
			first.Attributes().PutStr(lowcode.KeyConnectorID, ofSpan)
		}
		first.SetName(someone)
		second := resource.ScopeSpans().AppendEmpty()
		second.Scope().SetName(someone)
		_, err := r.processTraces(context.Background(), td)
		require.NoError(t, err)
		require.Equal(t, want, first.Name())
		note, _ := resource.Resource().Attributes().Get("note")
		wantOfResource := "<EMAIL>"
		if ofResource == "crm" {
			wantOfResource = someone
		}
		require.Equal(t, wantOfResource, note.Str())
		require.Equal(t, wantOfResource, second.Scope().Name(), "a scope is not that of the span before")
	}
	f("", "", "<EMAIL>")
	f("", "crm", someone)
	f("", "erp", "<EMAIL>")
	f("crm", "", someone)
	f("crm", "erp", "<EMAIL>")
	f("erp", "crm", someone)
}

func TestRulesApplyToRecordsAndDataPoints(t *testing.T) {
	r := newTestRedactor(t, spareEmails(redact.Rule{Connectors: []string{"crm"}}))
	put := func(m pcommon.Map, connector string) {
		m.PutStr("note", someone)
		m.PutStr(lowcode.KeyConnectorID, connector)
	}
	note := func(m pcommon.Map) string {
		v, _ := m.Get("note")
		return v.Str()
	}

	ld := newLogs()
	records := ld.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords()
	put(records.At(0).Attributes(), "crm")
	put(records.AppendEmpty().Attributes(), "erp")
	_, err := r.processLogs(context.Background(), ld)
	require.NoError(t, err)
	require.Equal(t, []string{someone, "<EMAIL>"}, []string{note(records.At(0).Attributes()), note(records.At(1).Attributes())})

	md := newMetrics()
	metric := md.ResourceMetrics().At(0).ScopeMetrics().At(0).Metrics().At(0)
	points := metric.SetEmptySummary().DataPoints()
	put(points.AppendEmpty().Attributes(), "crm")
	put(points.AppendEmpty().Attributes(), "erp")
	_, err = r.processMetrics(context.Background(), md)
	require.NoError(t, err)
	require.Equal(t, []string{someone, "<EMAIL>"}, []string{note(points.At(0).Attributes()), note(points.At(1).Attributes())})
}

func TestRulesApplyToASignal(t *testing.T) {
	r := newTestRedactor(t, spareEmails(redact.Rule{Signals: []string{"logs"}}))
	require.Equal(t, map[string]any{"note": "<EMAIL>"}, redacted(t, r, map[string]any{"note": someone}))
	ld := newLogs()
	body := ld.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0).Body()
	body.SetStr(someone)
	_, err := r.processLogs(context.Background(), ld)
	require.NoError(t, err)
	require.Equal(t, someone, body.Str())
}

func TestOnlyAllowedKeysKeepTheirValues(t *testing.T) {
	r := newTestRedactor(t, func(c *Config) { c.AllowedKeys = []string{"http.route", "user"} })
	in := map[string]any{
		"http.route": "/v1", "user": map[string]any{"name": "x", "mail": someone}, lowcode.KeyConnectorID: "crm",
		"a": "text", "b": int64(5), "c": true, "d": []any{"x"}, "e": map[string]any{"f": 1.5}, "g": nil, "password": "x1", "lowcode.note": "text",
	}
	want := map[string]any{
		"http.route": "/v1", "user": map[string]any{"name": "x", "mail": "<EMAIL>"}, lowcode.KeyConnectorID: "crm",
		"a": "<UNLISTED>", "b": "<UNLISTED>", "c": "<UNLISTED>", "d": "<UNLISTED>", "e": "<UNLISTED>", "g": nil, "password": "<UNLISTED>", "lowcode.note": "<UNLISTED>",
	}
	require.Equal(t, want, redacted(t, r, in))
	require.Equal(t, want, redacted(t, r, want), "twice is once")

	ld := newLogs()
	record := ld.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0)
	require.NoError(t, record.Body().SetEmptyMap().FromRaw(map[string]any{"http.route": "/v1", "a": "text"}))
	_, err := r.processLogs(context.Background(), ld)
	require.NoError(t, err)
	require.Equal(t, map[string]any{"http.route": "/v1", "a": "<UNLISTED>"}, record.Body().Map().AsRaw(), "fields of a body are attributes of its record")

	record.Body().SetStr("a sentence has no key")
	_, err = r.processLogs(context.Background(), ld)
	require.NoError(t, err)
	require.Equal(t, "a sentence has no key", record.Body().Str())
}

func TestADryRunLeavesWhatIsNotAllowed(t *testing.T) {
	r := observed(t, func(c *Config) { c.AllowedKeys, c.Mode = []string{"a"}, ModeDryRun })
	raw := map[string]any{"a": "x", "b": "y"}
	require.Equal(t, raw, redacted(t, r.redactor, raw))
	require.Equal(t, map[string]int64{"unlisted_key span_attribute dry_run": 1}, r.sums(t, metadata.MatchesName, "detector", "place", "action"))
}

func TestPatternsOfThePolicyApplyToKeysToo(t *testing.T) {
	r := newTestRedactor(t, func(c *Config) { c.Patterns = []redact.Pattern{{Name: "project", Pattern: "operation[a-z]+"}} })
	require.Equal(t, map[string]any{"<PROJECT>.cost": "of <PROJECT>"}, redacted(t, r, map[string]any{"operationphoenix.cost": "of operationphoenix"}))
}

func TestWarningsOfAPolicyAreTold(t *testing.T) {
	r := observed(t, func(c *Config) { c.Patterns = []redact.Pattern{{Name: "digits", Pattern: "[0-9][0-9a-f]*"}} })
	require.Len(t, r.policy.Load().warnings, 1)
	require.Equal(t, 1, r.logs.FilterMessageSnippet(r.policy.Load().warnings[0]).Len())
}

// policyIn writes a policy file and returns how to replace it.
func policyIn(t *testing.T, text string) (path string, write func(string)) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "policy.yaml")
	write = func(text string) { require.NoError(t, os.WriteFile(path, []byte(text), 0o600)) }
	write(text)
	return path, write
}

func TestThePolicyFileReplacesKeysOfTheConfigurationAndIsReloaded(t *testing.T) {
	path, write := policyIn(t, "exclude: [email]\n")
	r := observed(t, func(c *Config) { c.PolicyFile, c.Exclude, c.BlockedKeys = path, []string{"card"}, []string{"note"} })
	ctx := context.Background()
	f := func(want any, message string) {
		t.Helper()
		require.Equal(t, map[string]any{"mail": want, "note": "<SECRET>"}, redacted(t, r.redactor, map[string]any{"mail": someone, "note": "x"}), message)
	}
	f(someone, "the file excludes e-mail; blocked_keys stay")
	first := r.policy.Load().revision

	r.reload(ctx)
	require.Equal(t, first, r.policy.Load().revision, "unchanged")
	write("exclude: []\n")
	r.reload(ctx)
	f("<EMAIL>", "reloaded")
	require.NotEqual(t, first, r.policy.Load().revision)

	write("exclude: [nonsense]\n")
	r.reload(ctx)
	r.reload(ctx)
	f("<EMAIL>", "a bad revision is refused")
	refused := r.logs.FilterMessageSnippet("refused")
	require.Equal(t, 1, refused.Len(), "told once")
	require.Contains(t, refused.All()[0].ContextMap()["error"], `"exclude" names "nonsense"`)
	write("- not a map\n")
	r.reload(ctx)
	require.NoError(t, os.Remove(path))
	r.reload(ctx)
	r.reload(ctx)
	require.Equal(t, 3, r.logs.FilterMessageSnippet("refused").Len(), "a missing file too")
	f("<EMAIL>", "the last good one")

	write("exclude: []\n")
	r.reload(ctx)
	write("exclude: [email]\n")
	r.reload(ctx)
	f(someone, "good again")
	require.Equal(t, first, r.policy.Load().revision)
	require.Equal(t, map[string]int64{"applied": 2, "refused": 3}, r.sums(t, metadata.PolicyReloadsName, "outcome"))
}

func TestABadFirstPolicyFileFailsTheStart(t *testing.T) {
	f := func(text, want string) {
		t.Helper()
		path, _ := policyIn(t, text)
		cfg := testConfig(func(c *Config) { c.PolicyFile = path })
		_, err := newRedactor(cfg, processortest.NewNopSettings(metadata.Type))
		require.ErrorContains(t, err, want)
	}
	f("detectors: [nonsense]", `"detectors" names "nonsense"`)
	f("mode: dry_run", "mode")
	f("\t", "cannot parse")
	cfg := testConfig(func(c *Config) { c.PolicyFile = filepath.Join(t.TempDir(), "none.yaml") })
	_, err := newRedactor(cfg, processortest.NewNopSettings(metadata.Type))
	require.ErrorIs(t, err, os.ErrNotExist)
}

func TestAnEmptyPolicyFileSaysNothing(t *testing.T) {
	path, _ := policyIn(t, "# later\n")
	r := newTestRedactor(t, func(c *Config) { c.PolicyFile = path })
	require.Equal(t, map[string]any{"note": "<EMAIL>"}, redacted(t, r, map[string]any{"note": someone}))
}

// What came through a message queue may use a field of OTLP that is out of use,
// and that no API shows.
func TestRecordsInTheFieldOfOldIsRedactedWithTheOthers(t *testing.T) {
	wire := path{1, deprecatedScopes, 2}.wrap(field(12, []byte(someone)))
	ld, err := new(plog.ProtoUnmarshaler).UnmarshalLogs(wire)
	require.NoError(t, err)
	require.Zero(t, ld.LogRecordCount())
	ld, err = newTestRedactor(t, nil).processLogs(context.Background(), ld)
	require.NoError(t, err)
	require.Equal(t, 1, ld.LogRecordCount())
	require.Equal(t, "<EMAIL>", ld.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0).EventName())
}
