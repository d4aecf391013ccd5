package redactprocessor

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/weir-otel/weir/internal/lowcode"
	"github.com/weir-otel/weir/internal/redact"
	"github.com/weir-otel/weir/internal/redact/redacttest"
)

func withSummary(c *Config) { c.Summary = true }

func TestSummarySaysWhatWasTakenOut(t *testing.T) {
	r := newTestRedactor(t, withSummary)
	in := map[string]any{"a": "x@b.example y@b.example", "b": redacttest.Card("4", 16, 1), lowcode.KeyRedactionCount: int64(77), lowcode.KeyRedactionDetectors: []any{"forged"}}
	want := map[string]any{
		"a": "<EMAIL> <EMAIL>", "b": "<CARD>", lowcode.KeyRedactionDetectors: []any{"card", "email"}, lowcode.KeyRedactionCount: int64(3),
	}
	require.Equal(t, want, redacted(t, r, in))
	require.Equal(t, want, redacted(t, r, want), "twice is once")
	require.Equal(t, map[string]any{"a": "clean"}, redacted(t, r, map[string]any{"a": "clean"}))
}

func TestSummaryIsOfEachRecord(t *testing.T) {
	r := newTestRedactor(t, withSummary)
	ld := newLogs()
	ld.ResourceLogs().At(0).Resource().Attributes().PutStr("owner", someone)
	records := ld.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords()
	records.At(0).Body().SetStr("clean")
	records.AppendEmpty().Body().SetStr("ask " + someone)
	records.AppendEmpty().Body().SetStr("clean")
	_, err := r.processLogs(context.Background(), ld)
	require.NoError(t, err)
	require.Empty(t, records.At(0).Attributes().AsRaw(), "what the resource had is of no record")
	require.Equal(t, map[string]any{lowcode.KeyRedactionDetectors: []any{"email"}, lowcode.KeyRedactionCount: int64(1)}, records.At(1).Attributes().AsRaw())
	require.Empty(t, records.At(2).Attributes().AsRaw())
}

func TestSummarySurvivesAPanic(t *testing.T) {
	r := newTestRedactor(t, withSummary)
	r.withEngine(breakEngine)
	td := newTraces()
	span := td.ResourceSpans().At(0).ScopeSpans().At(0).Spans().At(0)
	span.SetName(someone)
	span.Attributes().PutStr("a", "bomb")
	span.Attributes().PutStr("b", someone)
	_, err := r.processTraces(context.Background(), td)
	require.NoError(t, err)
	require.Equal(t, "<EMAIL>", span.Name())
	require.Equal(t, map[string]any{
		"a": redact.Failed, "b": "<EMAIL>", lowcode.KeyRedactionDetectors: []any{"email"}, lowcode.KeyRedactionCount: int64(2),
	}, span.Attributes().AsRaw())
}

// rotating is an engine with two token keys.
type rotating struct{ engine }

func (r rotating) Redact(key, value string) (string, []redact.Match) {
	out, matches := r.engine.Redact(key, value)
	for i := range matches {
		matches[i].Alias, matches[i].Token = "<old:"+value+">", "<new:"+value+">"
	}
	return out, matches
}

func TestAliasesOfTokensAreWrittenOnceInAWhile(t *testing.T) {
	r := newTestRedactor(t, nil)
	r.withEngine(func(e engine) engine { return rotating{e} })
	f := func(raw, want map[string]any) {
		t.Helper()
		require.Equal(t, want, redacted(t, r, raw))
	}
	pair := func(address string) string { return fmt.Sprintf("<old:%s> <new:%s>", address, address) }
	f(map[string]any{"a": "a@b.example"}, map[string]any{"a": "<EMAIL>", lowcode.KeyRedactionAliases: []any{pair("a@b.example")}})
	f(map[string]any{"a": "a@b.example"}, map[string]any{"a": "<EMAIL>"})
	f(map[string]any{"a": "c@b.example", "b": "a@b.example"}, map[string]any{"a": "<EMAIL>", "b": "<EMAIL>", lowcode.KeyRedactionAliases: []any{pair("c@b.example")}})
}

func TestAliasesOfAResourceGoWithItsFirstRecord(t *testing.T) {
	r := newTestRedactor(t, nil)
	r.withEngine(func(e engine) engine { return rotating{e} })
	owned := func(spans int) ptrace.Traces {
		td := ptrace.NewTraces()
		rs := td.ResourceSpans().AppendEmpty()
		rs.Resource().Attributes().PutStr("owner", someone)
		scope := rs.ScopeSpans().AppendEmpty()
		for range spans {
			scope.Spans().AppendEmpty()
		}
		return td
	}
	_, err := r.processTraces(context.Background(), owned(0))
	require.NoError(t, err)
	td := owned(2)
	_, err = r.processTraces(context.Background(), td)
	require.NoError(t, err)
	spans := td.ResourceSpans().At(0).ScopeSpans().At(0).Spans()
	require.Contains(t, spans.At(0).Attributes().AsRaw(), lowcode.KeyRedactionAliases, "not lost with the batch that had no record")
	require.Empty(t, spans.At(1).Attributes().AsRaw())
}

func TestAuditTellsOfEachBatchWithMatchesAndNoValue(t *testing.T) {
	r := observed(t, func(c *Config) { c.Audit = true })
	ctx := context.Background()
	td := newTraces()
	spans := td.ResourceSpans().At(0).ScopeSpans().At(0).Spans()
	put := func(connector, tenant, value string) {
		span := spans.AppendEmpty()
		span.Attributes().PutStr(lowcode.KeyConnectorID, connector)
		span.Attributes().PutStr(lowcode.KeyTenantID, tenant)
		span.Attributes().PutStr("note", value)
	}
	put("crm", "acme", someone)
	put("crm", "globex", redacttest.Card("4", 16, 1))
	put("erp", "acme", "clean")
	_, err := r.processTraces(ctx, td)
	require.NoError(t, err)
	_, err = r.processTraces(ctx, newTraces())
	require.NoError(t, err)

	require.Equal(t, 1, r.logs.Len(), "no line for a clean batch")
	fields := r.logs.All()[0].ContextMap()
	require.NotContains(t, fmt.Sprint(fields), someone)
	require.Equal(t, map[string]any{
		"signal": "traces", "records": int64(4), "matches": int64(2), "failures": int64(0), "detectors": map[string]int64{"card": 1, "email": 1},
		"dry_run": false, "policy": "", "connector": "crm",
	}, fields, "the tenants are two")
}
