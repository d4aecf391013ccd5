package redactprocessor

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/processor/processortest"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/weir-otel/weir/internal/redact"
	"github.com/weir-otel/weir/internal/redact/redacttest"
	"github.com/weir-otel/weir/processor/redactprocessor/internal/metadata"
)

// redacted runs a map through the processor.
func redacted(t *testing.T, r *redactor, raw map[string]any) map[string]any {
	t.Helper()
	m := pcommon.NewMap()
	require.NoError(t, m.FromRaw(raw))
	r.try(func(r *redactor) { r.attributes(context.Background(), "span_attribute", m) })
	return m.AsRaw()
}

func TestTypesAndNestingStay(t *testing.T) {
	r := newTestRedactor(t, nil)
	card := redacttest.Card("4", 16, 1)
	number, err := strconv.ParseInt(card, 10, 64)
	require.NoError(t, err)
	require.Equal(t,
		map[string]any{
			"int": "<CARD>", "double": "<CARD>", "bytes": []byte("pay <CARD>"), "small": int64(42), "ratio": 0.25, "flag": true, "empty": nil,
			"list": []any{"<CARD>", int64(7), map[string]any{"deep": "<EMAIL>", "n": 1.5}},
		},
		redacted(t, r, map[string]any{
			"int": number, "double": float64(number), "bytes": []byte("pay " + card), "small": int64(42), "ratio": 0.25, "flag": true, "empty": nil,
			"list": []any{number, int64(7), map[string]any{"deep": "a@b.example", "n": 1.5}},
		}))
}

func TestEverythingUnderASecretsKeyGoes(t *testing.T) {
	r := newTestRedactor(t, func(c *Config) { c.BlockedKeys = []string{"app.notes"} })
	require.Equal(t,
		map[string]any{
			"http.request.header.authorization": []any{"<SECRET>", "<SECRET>"}, "password": "<SECRET>", "app.notes": map[string]any{"a": "<SECRET>", "b": []any{"<SECRET>"}},
			"has_password": true, "http.request.header.accept": []any{"text/html"},
		},
		redacted(t, r, map[string]any{
			"http.request.header.authorization": []any{"Bearer x", "y"}, "password": int64(1234), "app.notes": map[string]any{"a": "x", "b": []any{int64(5)}},
			"has_password": true, "http.request.header.accept": []any{"text/html"},
		}))
}

func TestKeysThatAreSecretsAreRenamedWithoutLoss(t *testing.T) {
	r := newTestRedactor(t, nil)
	m := pcommon.NewMap()
	m.PutInt("a@b.example", 1)
	m.PutInt("c@d.example", 2)
	m.PutInt("plain.key", 3)
	r.attributes(context.Background(), "span_attribute", m)
	require.Equal(t, map[string]any{"<EMAIL>": int64(1), "<EMAIL>_2": int64(2), "plain.key": int64(3)}, m.AsRaw())
}

// A hundred thousand keys that become one name: cubic work would take days.
func TestManyKeysThatAreSecretsAreRenamedInLinearTime(t *testing.T) {
	r := newTestRedactor(t, nil)
	raw := map[string]any{}
	for n := range 100_000 {
		raw["u"+strconv.Itoa(n)+"@b.example"] = int64(n)
	}
	m := pcommon.NewMap()
	require.NoError(t, m.FromRaw(raw))
	r.attributes(context.Background(), "span_attribute", m)
	out := m.AsRaw()
	require.Len(t, out, len(raw), "nothing is lost")
	for key := range out {
		require.True(t, strings.HasPrefix(key, "<EMAIL>"), key)
	}
}

func TestKeysThatCannotBeScannedAreReplaced(t *testing.T) {
	r := newTestRedactor(t, func(c *Config) { c.MaxValueMiB = 1 })
	r.engine = panicking{r.engine}
	r.careful.engine = r.engine
	require.Equal(t, map[string]any{redact.Failed: int64(1)}, redacted(t, r, map[string]any{strings.Repeat("A", 1<<20+1): int64(1)}))
	require.Equal(t, map[string]any{redact.Failed: int64(2)}, redacted(t, r, map[string]any{"BOMB": int64(2)}))
}

func TestRedactingTwiceChangesNothing(t *testing.T) {
	r := newTestRedactor(t, nil)
	raw := map[string]any{"password": "x1", "a": "mail a@b.example", "n": map[string]any{"c@d.example": "y"}, "l": []any{[]byte("ssn 219-" + "09-9998")}}
	once := redacted(t, r, raw)
	require.Equal(t, once, redacted(t, r, once))
}

func TestIdentityStampsStay(t *testing.T) {
	r := newTestRedactor(t, nil)
	stamps := map[string]any{
		"lowcode.connector.id": "crm-sync", "lowcode.identity.method": "jwt_claim", "lowcode.identity.confidence": 0.9, "lowcode.credential.id": "b2f5ff47-4366-4b6f-a5d5-8b5c2c0e7c11",
		"lowcode.credential.type": "api_key", "lowcode.identity.evidence": []any{"gateway_consumer=http.request.header.x-consumer-username", "credential=lowcode.credential.id", "jwt_claim=jwt.claims.azp"},
		"lowcode.identity.conflict": []any{"claimed=zapier", "verified=make"}, "lowcode.request.id": "0af7651916cd43dd8448eb211c80319c", "lowcode.report.source": "edge",
	}
	require.Equal(t, stamps, redacted(t, r, stamps))
	require.Equal(t, map[string]any{"lowcode.connector.name": "<EMAIL>"}, redacted(t, r, map[string]any{"lowcode.connector.name": "a@b.example"}))
}

func TestFailsClosed(t *testing.T) {
	r := newTestRedactor(t, func(c *Config) { c.MaxValueMiB = 1 })
	require.Equal(t, map[string]any{"big": redact.Failed, "b": "x"}, redacted(t, r, map[string]any{"big": strings.Repeat("a", 1<<20+1), "b": "x"}))

	deep := map[string]any{"v": "a@b.example"}
	for range maxDepth + 5 {
		deep = map[string]any{"m": deep}
	}
	text, err := json.Marshal(redacted(t, r, deep))
	require.NoError(t, err)
	require.NotContains(t, string(text), "a@b.example")
	require.Contains(t, string(text), "REDACTION_FAILED")

	r.engine = panicking{r.engine}
	r.careful.engine = r.engine
	require.Equal(t,
		map[string]any{"a": redact.Failed, "n": int64(3), "b": "<EMAIL>"},
		redacted(t, r, map[string]any{"a": "bomb", "n": int64(3), "b": "x@b.example"}))
}

// panicking is an engine with a bug.
type panicking struct{ engine }

func (p panicking) Redact(key, value string) (string, []redact.Match) {
	if value == "bomb" || value == "BOMB" {
		panic("index out of range")
	}
	return p.engine.Redact(key, value)
}

func TestCountsByDetectorPlaceAndAction(t *testing.T) {
	f := func(mode, action string) {
		t.Helper()
		telemetry := componenttest.NewTelemetry()
		settings := processortest.NewNopSettings(metadata.Type)
		settings.TelemetrySettings = telemetry.NewTelemetrySettings()
		cfg := createDefaultConfig().(*Config)
		cfg.Mode = mode
		r, err := newRedactor(cfg, settings)
		require.NoError(t, err)
		redacted(t, r, map[string]any{"a": "x@b.example y@b.example", "b": "z@b.example"})
		m, err := telemetry.GetMetric(metadata.MatchesName)
		require.NoError(t, err)
		points := m.Data.(metricdata.Sum[int64]).DataPoints
		require.Len(t, points, 1)
		require.EqualValues(t, 3, points[0].Value)
		for key, want := range map[string]string{"detector": "email", "place": "span_attribute", "action": action} {
			got, _ := points[0].Attributes.Value(attribute.Key(key))
			require.Equal(t, want, got.AsString())
		}
		require.NoError(t, telemetry.Shutdown(context.Background()))
	}
	f(ModeEnforce, "placeholder")
	f(ModeDryRun, "dry_run")
}

func TestDryRunChangesNothing(t *testing.T) {
	r := newTestRedactor(t, func(c *Config) { c.Mode = ModeDryRun })
	raw := map[string]any{"password": "x1", "a@b.example": "219-" + "09-9998", "n": []any{int64(5)}}
	require.Equal(t, raw, redacted(t, r, raw))
}
