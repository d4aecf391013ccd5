package redactprocessor

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/consumer/consumererror"

	"github.com/weir-otel/weir/internal/redact"
	"github.com/weir-otel/weir/internal/redact/redacttest"
	"github.com/weir-otel/weir/processor/redactprocessor/internal/metadata"
)

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

func TestNumbersUnderNoNameAndUnderASecretsName(t *testing.T) {
	r := newTestRedactor(t, nil)
	card, err := strconv.ParseInt(redacttest.Card("4", 16, 1), 10, 64)
	require.NoError(t, err)
	f := func(key string, in, want any) {
		t.Helper()
		require.Equal(t, map[string]any{key: want}, redacted(t, r, map[string]any{key: in}))
	}
	f("n", card, "<CARD>")
	f("n", -card, "<CARD>")
	f("n", -float64(card), "<CARD>")
	f("n", card+1, card+1)
	f("customer.ssn", int64(219_09_9998), "<SSN>")
	f("customer.count", int64(219_09_9998), int64(219_09_9998))
	f("n", float64(card)/8, float64(card)/8)
	f("n", math.Inf(1), math.Inf(1))
	f("n", int64(math.MinInt64), int64(math.MinInt64))
	f("password", int64(-5), "<SECRET>")
	f("password", 0.5, "<SECRET>")
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
	td := newTraces()
	m := td.ResourceSpans().At(0).ScopeSpans().At(0).Spans().At(0).Attributes()
	m.PutInt("a@b.example", 1)
	m.PutInt("<EMAIL>", 2)
	m.PutInt("plain.key", 3)
	m.PutInt("c@d.example", 4)
	_, err := r.processTraces(context.Background(), td)
	require.NoError(t, err)
	var keys []string
	for key := range m.All() {
		keys = append(keys, key)
	}
	require.Equal(t, []string{"<EMAIL>_2", "<EMAIL>", "plain.key", "<EMAIL>_3"}, keys, "in their order")
	require.Equal(t, map[string]any{"<EMAIL>_2": int64(1), "<EMAIL>": int64(2), "plain.key": int64(3), "<EMAIL>_3": int64(4)}, m.AsRaw())
}

// A hundred thousand keys that become one name: cubic work would take days.
func TestManyKeysThatAreSecretsAreRenamedInLinearTime(t *testing.T) {
	r := newTestRedactor(t, nil)
	raw := map[string]any{}
	for n := range 100_000 {
		raw["u"+strconv.Itoa(n)+"@b.example"] = int64(n)
	}
	out := redacted(t, r, raw)
	require.Len(t, out, len(raw), "nothing is lost")
	for key := range out {
		require.True(t, strings.HasPrefix(key, "<EMAIL>"), key)
	}
}

func TestKeysThatCannotBeScannedAreReplaced(t *testing.T) {
	r := newTestRedactor(t, func(c *Config) { c.MaxValueMiB = 1 })
	r.withEngine(breakEngine)
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
	r := observed(t, func(c *Config) { c.MaxValueMiB = 1 })
	require.Equal(t, map[string]any{"big": redact.Failed, "b": "x"}, redacted(t, r.redactor, map[string]any{"big": strings.Repeat("a", 1<<20+1), "b": "x"}))

	deep := map[string]any{"v": "a@b.example"}
	for range maxDepth + 5 {
		deep = map[string]any{"m": deep}
	}
	text, err := json.Marshal(redacted(t, r.redactor, deep))
	require.NoError(t, err)
	require.NotContains(t, string(text), "a@b.example")
	require.Contains(t, string(text), "REDACTION_FAILED")

	r.withEngine(breakEngine)
	require.Equal(t,
		map[string]any{"a": redact.Failed, "n": int64(3), "b": "<EMAIL>", "l": []any{redact.Failed, "x"}, "bytes": []byte(redact.Failed)},
		redacted(t, r.redactor, map[string]any{"a": "bomb", "n": int64(3), "b": "x@b.example", "l": []any{"bomb", "x"}, "bytes": []byte("BOMB")}))

	require.Equal(t, map[string]int64{"span_attribute size": 1, "span_attribute depth": 1, "span_attribute panic": 3}, r.sums(t, metadata.FailuresName, "place", "reason"))
	for _, entry := range r.logs.All() {
		require.NotContains(t, entry.Message, "bomb")
		require.NotContains(t, fmt.Sprint(entry.ContextMap()), "bomb")
	}
}

// The engine gives up by returning redact.Failed, and says when an action fails.
type resigned struct{ engine }

func (r resigned) Redact(key, value string) (string, []redact.Match) {
	switch value {
	case "maze":
		return redact.Failed, []redact.Match{{Detector: "email", End: 4, Action: redact.ActionFailed}}
	case "to seal":
		return "to " + redact.Failed, []redact.Match{{Detector: "email", Start: 3, End: 7, Action: redact.ActionFailed}}
	}
	return r.engine.Redact(key, value)
}

func TestCountsWhatTheEngineCouldNotDo(t *testing.T) {
	r := observed(t, nil)
	r.withEngine(func(e engine) engine { return resigned{e} })
	require.Equal(t, map[string]any{"a": redact.Failed, "b": "to " + redact.Failed}, redacted(t, r.redactor, map[string]any{"a": "maze", "b": "to seal"}))
	require.Equal(t, map[string]int64{"span_attribute limit": 1, "span_attribute action": 1}, r.sums(t, metadata.FailuresName, "place", "reason"))
}

// Telemetry that cannot be walked, for another reason than a value, goes nowhere.
func TestABatchThatCannotBeWalkedIsRefused(t *testing.T) {
	r := observed(t, nil)
	r.withEngine(func(engine) engine { panic("a bug far from any value") })
	_, err := r.processTraces(context.Background(), newTraces())
	require.ErrorIs(t, err, errUnwalkable)
	require.True(t, consumererror.IsPermanent(err))
	require.Equal(t, 1, r.logs.FilterMessageSnippet("could not be walked").Len())
}

func TestCountsByDetectorPlaceAndAction(t *testing.T) {
	f := func(mode, action string) {
		t.Helper()
		r := observed(t, func(c *Config) { c.Mode = mode })
		redacted(t, r.redactor, map[string]any{"a": "x@b.example y@b.example", "b": "z@b.example"})
		require.Equal(t, map[string]int64{"email span_attribute " + action: 3}, r.sums(t, metadata.MatchesName, "detector", "place", "action"))
	}
	f(ModeEnforce, "placeholder")
	f(ModeDryRun, "dry_run")
}

func TestDryRunChangesNothing(t *testing.T) {
	r := newTestRedactor(t, func(c *Config) { c.Mode = ModeDryRun })
	raw := map[string]any{"password": "x1", "a@b.example": "219-" + "09-9998", "n": []any{int64(5)}}
	require.Equal(t, raw, redacted(t, r, raw))
}
