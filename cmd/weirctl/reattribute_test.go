package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/client"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/config/configopaque"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/exporter/exportertest"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/processor/processortest"

	"github.com/weir-otel/weir/cmd/weirctl/internal/cli"
	"github.com/weir-otel/weir/exporter/clickhousestoreexporter"
	"github.com/weir-otel/weir/internal/chdb/chdbtest"
	"github.com/weir-otel/weir/internal/credential"
	"github.com/weir-otel/weir/internal/lowcode"
	"github.com/weir-otel/weir/internal/recompute"
	"github.com/weir-otel/weir/internal/schema"
	"github.com/weir-otel/weir/processor/identityprocessor"
)

const (
	reattributeSecret = "a secret of sixteen bytes and more"
	catalogBefore     = `
version: 1
connectors:
  - {id: old-flow, tenant: acme, match: {gateway_consumers: [old-flow]}}
  - {id: mailer, match: {gateway_consumers: [mailer@example.com]}}
  - {id: retired-mailer, match: {gateway_consumers: [retired@example.com]}}
tenants: [{id: acme}]
`
	catalogAfter = `
version: 1
connectors:
  - {id: mailer, name: Mailer, environment: production, match: {gateway_consumers: [mailer@example.com]}}
  - {id: crm-sync, tenant: acme, platform: make, match: {gateway_consumers: [make-crm]}}
  - {id: key-holder, match: {credential_hashes: ["HASH"]}}
tenants: [{id: acme}]
`
)

// storedCalls are the spans of TestReattribute, by their first header's value.
func storedCalls(at time.Time, apiKey string) ptrace.Traces {
	traces := ptrace.NewTraces()
	resource := traces.ResourceSpans().AppendEmpty()
	resource.Resource().Attributes().PutStr("service.name", "gateway")
	spans := resource.ScopeSpans().AppendEmpty().Spans()
	add := func(trace, id byte, parent pcommon.SpanID, header, value string) pcommon.SpanID {
		span := spans.AppendEmpty()
		span.SetKind(ptrace.SpanKindServer)
		span.SetTraceID([16]byte{trace, 0xff})
		span.SetSpanID([8]byte{id, 0xff})
		span.SetParentSpanID(parent)
		span.SetStartTimestamp(pcommon.NewTimestampFromTime(at))
		span.SetEndTimestamp(pcommon.NewTimestampFromTime(at.Add(time.Millisecond)))
		span.Attributes().PutStr("http.request.method", "GET")
		span.Attributes().PutStr("http.route", "/contacts/{id}")
		if header != "" {
			span.Attributes().PutEmptySlice("http.request.header." + header).AppendEmpty().SetStr(value)
		}
		return span.SpanID()
	}
	none := pcommon.SpanID{}
	add(1, 1, none, "x-consumer-username", "make-crm") // unknown before
	add(1, 2, [8]byte{9}, "", "")                      // in the same trace
	add(2, 1, none, "x-consumer-username", "old-flow") // removed
	add(3, 1, none, "x-consumer-username", "mailer@example.com")
	add(4, 1, none, "x-consumer-username", "retired@example.com")
	add(5, 1, none, "x-api-key", apiKey)
	add(6, 1, none, "", "")
	return traces
}

// storeCalls puts spans through identity and what redaction does into the store.
func storeCalls(t *testing.T, server *chdbtest.Server, catalogFile string, traces ptrace.Traces) {
	t.Helper()
	exporterConfig := clickhousestoreexporter.NewFactory().CreateDefaultConfig().(*clickhousestoreexporter.Config)
	exporterConfig.ClickHouse.Endpoint, exporterConfig.ClickHouse.Username = server.Endpoint, server.Username
	exporterConfig.ClickHouse.Password = configopaque.String(server.Password)
	exporterConfig.Directory = t.TempDir()
	factory := clickhousestoreexporter.NewFactory()
	exporter, err := factory.CreateTraces(t.Context(), exportertest.NewNopSettings(factory.Type()), exporterConfig)
	require.NoError(t, err)
	require.NoError(t, exporter.Start(t.Context(), componenttest.NewNopHost()))

	redact, err := consumer.NewTraces(func(ctx context.Context, traces ptrace.Traces) error {
		for _, span := range traces.ResourceSpans().At(0).ScopeSpans().At(0).Spans().All() {
			for key, value := range span.Attributes().All() {
				if strings.HasSuffix(key, "x-api-key") || strings.Contains(value.AsString(), "@") {
					value.SetStr("<SECRET>")
				}
			}
		}
		return exporter.ConsumeTraces(ctx, traces)
	}, consumer.WithCapabilities(consumer.Capabilities{MutatesData: true}))
	require.NoError(t, err)
	identity := identityprocessor.NewFactory()
	config := identity.CreateDefaultConfig()
	require.NoError(t, confmap.NewFromStringMap(map[string]any{
		"catalog":       map[string]any{"file": catalogFile},
		"trusted_peers": []any{map[string]any{"cidr": "127.0.0.0/8", "allow_backfill": true}},
		"credentials":   map[string]any{"keys": []any{map[string]any{"id": "v1", "secret": reattributeSecret}}},
	}).Unmarshal(config))
	processor, err := identity.CreateTraces(t.Context(), processortest.NewNopSettings(identity.Type()), config, redact)
	require.NoError(t, err)
	require.NoError(t, processor.Start(t.Context(), componenttest.NewNopHost()))

	ctx := client.NewContext(t.Context(), client.Info{Addr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)}})
	require.NoError(t, processor.ConsumeTraces(ctx, traces))
	require.NoError(t, processor.Shutdown(t.Context()))
	require.NoError(t, exporter.Shutdown(t.Context()))
	require.NoError(t, recompute.Settle(t.Context(), server.Conn(t, schema.DefaultDatabase)))
}

func TestReattributeAppliesANewCatalogToHistory(t *testing.T) {
	server := chdbtest.Start(t)
	now := time.Now().UTC()
	folder := t.TempDir()
	write := func(name, content string) string {
		path := filepath.Join(folder, name)
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
		return path
	}
	apiKey := strings.Repeat("k", 24)
	hasher, err := credential.New([]credential.Key{{ID: "v1", Secret: []byte(reattributeSecret)}})
	require.NoError(t, err)
	require.NoError(t, schema.Apply(t.Context(), server.Conn(t, "default"), schema.Options{}))
	storeCalls(t, server, write("before.yaml", catalogBefore), storedCalls(now.Add(-time.Hour), apiKey))
	after := write("after.yaml", strings.Replace(catalogAfter, "HASH", hasher.Hash(apiKey), 1))
	client := &clientFlags{url: server.Endpoint, user: server.Username, passwordFile: write("password", server.Password), database: schema.DefaultDatabase}

	connectors := func() map[string]string {
		var actions []struct {
			Trace     string `ch:"trace"`
			Connector string `ch:"connector"`
		}
		require.NoError(t, server.Conn(t, schema.DefaultDatabase).Select(t.Context(), &actions,
			`SELECT substring(hex(trace_id), 1, 2) AS trace, arrayStringConcat(arrayFilter(word -> word != '',
				[connector_id, identity_status, tenant_id, environment, unattributed_reason]), ' ') AS connector
			FROM actions FINAL WHERE live ORDER BY trace, span_id`))
		all := map[string]string{}
		for _, a := range actions {
			all[a.Trace] = strings.TrimSpace(all[a.Trace] + "\n" + a.Connector)
		}
		return all
	}
	before := connectors()
	sink := startEventSink(t)
	run := func(dryRun bool) (result reattributed) {
		t.Helper()
		output := "json"
		f := &reattributeFlags{client: client, catalogs: &catalogFlags{}, events: sink.flags(), since: "1d", catalog: after, dryRun: dryRun, output: &output}
		var out, errOut bytes.Buffer
		require.NoError(t, runReattribute(t.Context(), f, time.Now(), &out, &errOut))
		require.NoError(t, json.Unmarshal(out.Bytes(), &result), out.String())
		return result
	}

	dry := run(true)
	require.Equal(t, before, connectors(), "a dry run changes nothing")
	require.Empty(t, sink.received(), "and is no event")
	wet := run(false)
	require.Len(t, sink.received(), 1)
	require.Equal(t, "6 of 7 reports", attribute(t, sink.received()[0], lowcode.KeyEventNewValue))
	require.Equal(t, dry.Changes, wet.Changes)
	require.EqualValues(t, 7, wet.Judged)
	require.EqualValues(t, 6, wet.Changed)
	require.EqualValues(t, 1, wet.Kept)
	require.Equal(t, map[string]string{
		"01": "crm-sync verified acme\ncrm-sync inherited acme",
		"02": "unattributed unknown_key",
		"03": "mailer verified production", // redacted, and the catalog has it still
		"04": "unattributed unknown_key",   // redacted, and the catalog has it no more
		"05": "key-holder verified",
		"06": "unattributed no_signal",
	}, connectors())

	again := run(false)
	require.Zero(t, again.Changed, "it changes nothing the second time")
	require.EqualValues(t, 7, again.Judged)
}

func TestReattributeReadsInBoundedChunks(t *testing.T) {
	start := time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)
	at := func(bucket int) time.Time { return start.Add(time.Duration(bucket) * bucketTime) }
	require.Equal(t, []chunk{
		{from: at(0), to: at(1), parts: 1, reports: 90_000},
		{from: at(2), to: at(2), parts: 1, reports: 20_000},
		{from: at(3), to: at(3), part: 0, parts: 3, reports: 70_000},
		{from: at(3), to: at(3), part: 1, parts: 3, reports: 70_000},
		{from: at(3), to: at(3), part: 2, parts: 3, reports: 70_000},
		{from: at(4), to: at(5), parts: 1, reports: 2},
		{from: at(100), to: at(100), parts: 1, reports: 1},
	}, chunksOf([]bucketReports{
		{at(0), 40_000}, {at(1), 50_000}, {at(2), 20_000}, {at(3), 210_000}, {at(4), 1}, {at(5), 1}, {at(100), 1},
	}))
}

func TestReattributeRefusesWrongUsage(t *testing.T) {
	for _, args := range [][]string{{}, {"--since", "yesterday"}, {"--since", "1d", "x"}, {"--since", "1d", "--disabled", "nonsense"}} {
		root := newRoot()
		root.SetArgs(append([]string{"reattribute"}, args...))
		require.ErrorIs(t, root.Execute(), cli.ErrUsage, "%v", args)
	}
}

func TestReattributePrintsWhatChanged(t *testing.T) {
	unknown := identityText{Status: "unattributed", Reason: "unknown_key"}
	crm := identityText{Connector: "crm-sync", Status: "verified", Method: "gateway_consumer"}
	r := &reattribution{
		changes: map[change]uint64{{From: unknown, To: crm}: 40, {From: crm, To: unknown}: 2, {From: crm, To: crm}: 1},
		result:  reattributed{CatalogRevision: "0123456789ab", Reports: 60, Judged: 50, Changed: 42, Kept: 3, DryRun: true},
	}
	var out bytes.Buffer
	require.NoError(t, r.print(&out, "table"))
	require.Equal(t, strings.Join([]string{
		"FROM                                   TO                                     REPORTS",
		"unattributed (unknown_key)             crm-sync (verified, gateway_consumer)  40",
		"crm-sync (verified, gateway_consumer)  unattributed (unknown_key)             2",
		"crm-sync (verified, gateway_consumer)  the same, with another entry           1",
		"",
		"42 of 50 reports would change, by catalog revision 0123456789ab; 3 keep their connector because what decided is not stored; 10 have no stored span",
		"",
	}, "\n"), out.String())
}
