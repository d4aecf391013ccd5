package redact_test

import (
	"strconv"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/redact"
	"github.com/weir-otel/weir/internal/redact/redacttest"
)

func newPolicy(t testing.TB, cfg redact.PolicyConfig) *redact.Policy {
	t.Helper()
	p, err := redact.NewPolicy(cfg)
	require.NoError(t, err)
	return p
}

// keys are of random bytes, put together at run time.
func keys(ids ...string) []redact.Key {
	var out []redact.Key
	for i, id := range ids {
		out = append(out, redact.Key{ID: id, Secret: redact.Secret(redacttest.Random("abcdefghijklmnopqrstuvwxyz0123456789", 40, uint64(1000+i)) + id)})
	}
	return out
}

func TestTheFirstRuleThatMatchesIsMergedOverThePolicy(t *testing.T) {
	p := newPolicy(t, redact.PolicyConfig{
		Config: redact.Config{Actions: map[string]redact.Action{"email": {Do: "mask"}}, BlockedKeys: []string{"app.note"}},
		Rules: []redact.Rule{
			{Connectors: []string{"crm-*"}, Tenants: []string{"acme"}, Settings: redact.Settings{Action: "drop"}},
			{Connectors: []string{"crm-*"}, Settings: redact.Settings{Actions: map[string]redact.Action{"pii": {Do: "keep_domain"}}}},
			{Keys: []string{"user.*"}, Settings: redact.Settings{Action: "allow"}},
			{Signals: []string{"logs"}, Settings: redact.Settings{Mask: "###", BlockedKeys: []string{"app.body"}}},
			{Tenants: []string{"beta"}, Settings: redact.Settings{AllowedValues: []string{"a@b.example"}}},
		},
	})
	require.True(t, p.Scoped())
	f := func(s redact.Scope, key, in, want string) {
		t.Helper()
		out, _ := p.For(s).String(key, in)
		require.Equal(t, want, out, "%v %s", s, key)
	}
	f(redact.Scope{}, "k", "to a@b.example", "to ****")
	f(redact.Scope{Connector: "crm-sync", Tenant: "acme"}, "k", "to a@b.example", "to ")
	f(redact.Scope{Connector: "crm-sync", Tenant: "acme"}, "user.mail", "to a@b.example", "to ")
	f(redact.Scope{Connector: "crm-sync", Tenant: "ACME"}, "k", "to a@b.example", "to <EMAIL>@b.example")
	f(redact.Scope{Connector: "erp"}, "user.mail", "to a@b.example", "to a@b.example")
	f(redact.Scope{Connector: "erp"}, "User.Mail", "to a@b.example", "to a@b.example")
	f(redact.Scope{Connector: "erp"}, "", "to a@b.example", "to ****")
	f(redact.Scope{Signal: "logs", Tenant: "beta"}, "k", "to a@b.example", "to ###")
	f(redact.Scope{Signal: "logs", Tenant: "beta"}, "user.mail", "to a@b.example", "to a@b.example")
	f(redact.Scope{Signal: "traces", Tenant: "beta"}, "k", "to a@b.example", "to a@b.example")

	logs, traces := p.For(redact.Scope{Signal: "logs"}), p.For(redact.Scope{Signal: "traces"})
	require.True(t, logs.BlocksKey("app.note"), "a rule's lists are added")
	require.True(t, logs.BlocksKey("app.body"))
	require.False(t, logs.BlocksKey("user.password"), "the rule for user.* allows everything")
	require.False(t, traces.BlocksKey("app.body"))
}

func TestScopesSeenBeforeCostNothing(t *testing.T) {
	p := newPolicy(t, redact.PolicyConfig{Rules: []redact.Rule{{Tenants: []string{"a*"}, Settings: redact.Settings{Action: "mask"}}, {Keys: []string{"k"}, Settings: redact.Settings{Action: "drop"}}}})
	s := redact.Scope{Signal: "logs", Tenant: "acme", Connector: "crm"}
	first := p.For(s)
	require.Zero(t, testing.AllocsPerRun(100, func() {
		if p.For(s) != first {
			panic("another engine")
		}
	}))
	for i := range 2000 { // more than the cache holds
		p.For(redact.Scope{Tenant: redacttest.Random("abc", 12, uint64(i))})
	}
	out, _ := p.For(s).String("", "to a@b.example")
	require.Equal(t, "to ****", out)
}

func TestDefaultDeny(t *testing.T) {
	e := newEngine(t, redact.Config{AllowedKeys: []string{"http.*", "service.name"}})
	require.True(t, e.DeniesKeys())
	require.True(t, e.AllowsKey("http.route"))
	require.True(t, e.AllowsKey("Service.Name"))
	require.False(t, e.AllowsKey("user.name"))
	out, m := e.Deny("Ada")
	require.Equal(t, "<UNLISTED>", out)
	require.Equal(t, redact.Match{Detector: "unlisted_key", End: 3, Action: "placeholder"}, m)
	again, m := e.Deny(out)
	require.Equal(t, out, again)
	require.Empty(t, m.Detector)

	p := newPolicy(t, redact.PolicyConfig{
		Config: redact.Config{AllowedKeys: []string{"a"}, Detectors: []string{"email"}, BlockedKeys: []string{"note"}},
		Rules:  []redact.Rule{{Keys: []string{"b", "my.note"}, Settings: redact.Settings{Action: "allow", BlockedKeys: []string{"my.note"}}}},
	})
	e = p.For(redact.Scope{})
	require.False(t, e.AllowsKey("c"), "detectors is not about keys")
	require.True(t, e.AllowsKey("b"))
	require.True(t, e.BlocksKey("note"))
	require.False(t, e.BlocksKey("my.note"))

	e = newEngine(t, redact.Config{})
	require.False(t, e.DeniesKeys())
	require.True(t, e.AllowsKey("user.name"))
}

func TestAllowListsAreOfMatchesAndNotOfValues(t *testing.T) {
	e := newEngine(t, redact.Config{AllowedValues: []string{"noreply@example.com"}, AllowedPatterns: []string{`.*@status\.example`, "a"}})
	f := func(in, want string) {
		t.Helper()
		out, _ := e.String("", in)
		require.Equal(t, want, out)
	}
	f("noreply@example.com to ada@example.com", "noreply@example.com to <EMAIL>")
	f("noreply%40example.com to ada%40example.com", "noreply%40example.com to <EMAIL>")
	f("x@status.example", "x@status.example")
	f("x@status.example.org", "<EMAIL>")
	f("anoreply@example.com", "<EMAIL>")
}

func TestURLQueryKeysAreComparedWithCase(t *testing.T) {
	e := newEngine(t, redact.Config{URLQueryKeys: []string{"ticket"}})
	out, _ := e.String("url.full", "https://h.example/?ticket=ST-1856&Ticket=blue&page=2")
	require.Equal(t, "https://h.example/?ticket=REDACTED&Ticket=blue&page=2", out)
}

func TestAddressesStayUnderTheirKeysUnlessThePolicyNamesThem(t *testing.T) {
	f := func(cfg redact.Config, key, want string) {
		t.Helper()
		out, _ := newEngine(t, cfg).String(key, "203.0.113.42")
		require.Equal(t, want, out, key)
	}
	f(redact.Config{}, "client.address", "203.0.113.42")
	f(redact.Config{Action: "mask"}, "client.address", "203.0.113.42")
	f(redact.Config{Actions: map[string]redact.Action{"network": {Do: "truncate_ip"}}}, "client.address", "203.0.113.0")
	f(redact.Config{Actions: map[string]redact.Action{"network": {Do: "truncate_ip"}}}, "note", "203.0.113.0")
}

func TestPolicyErrorsQuoteTheKey(t *testing.T) {
	f := func(cfg redact.PolicyConfig, want string) {
		t.Helper()
		_, err := redact.NewPolicy(cfg)
		require.ErrorContains(t, err, want)
	}
	base := func(c redact.Config) redact.PolicyConfig { return redact.PolicyConfig{Config: c} }
	rule := func(r redact.Rule) redact.PolicyConfig { return redact.PolicyConfig{Rules: []redact.Rule{r}} }

	f(base(redact.Config{Action: "token"}), `"action" is token: expected "token_keys"`)
	f(base(redact.Config{Actions: map[string]redact.Action{"pii": {Do: "encrypt"}}}), `"actions::pii" is encrypt: expected "seal_keys"`)
	f(base(redact.Config{Actions: map[string]redact.Action{"pii": {KeepLast: 20}}}), `"actions::pii::keep_last" is 20: expected 0 to 8`)
	f(base(redact.Config{Mask: "a@b.example", Action: "mask"}), `"mask" "a@b.example" would itself be redacted as email`)
	f(base(redact.Config{Mask: "a\nb"}), `"mask" has 3 bytes: expected at most 64, all printable`)
	f(base(redact.Config{AllowedPatterns: []string{"("}}), `"allowed_patterns" has "("`)
	f(base(redact.Config{Statements: "maybe"}), `"statements" is "maybe": expected on or off`)
	f(base(redact.Config{TokenKeys: []redact.Key{{ID: "K1"}}}), `"token_keys[0]" has the "id" "K1"`)
	f(base(redact.Config{TokenKeys: []redact.Key{{ID: "enc"}}}), `"token_keys[0]" has the "id" "enc"`)
	f(base(redact.Config{SealKeys: []redact.Key{{ID: "k1"}}}), `"seal_keys[0]" (k1) has a "secret" that is empty`)
	f(base(redact.Config{SealKeys: []redact.Key{{ID: "k1", Secret: "short"}}}), `is 5 characters long: expected at least 32 bytes`)
	f(base(redact.Config{SealKeys: []redact.Key{{ID: "k1", Secret: "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}}}), `different bytes`)
	f(base(redact.Config{SealKeys: []redact.Key{{ID: "k1", Secret: "${env:X}"}}}), `was not replaced`)
	f(base(redact.Config{TokenKeys: keys("k1", "k1")}), `"token_keys[1]" has the id "k1" of an earlier key`)
	f(base(redact.Config{Patterns: []redact.Pattern{{Name: "Order"}}}), `"patterns[0]" has the "name" "Order"`)
	f(base(redact.Config{Patterns: []redact.Pattern{{Name: "card", Pattern: "x"}}}), `"patterns[0]" has the name "card" of another detector`)
	f(base(redact.Config{Patterns: []redact.Pattern{{Name: "order", Pattern: "("}}}), `"patterns[0]" (order) has the "pattern" "("`)
	f(base(redact.Config{Patterns: []redact.Pattern{{Name: "order", Pattern: "x", Class: "x"}}}), `(order) has the "class" "x": expected secret, financial, pii, network or health`)
	f(base(redact.Config{Patterns: []redact.Pattern{{Name: "order", Pattern: "x", Placeholder: "x"}}}), `(order) has the "placeholder" "x"`)
	f(rule(redact.Rule{}), `"rules[0]": expected "connectors", "tenants", "signals" or "keys"`)
	f(rule(redact.Rule{Signals: []string{"log"}}), `"rules[0]": "signals" names "log": expected traces, logs, metrics or profiles`)
	f(rule(redact.Rule{Keys: []string{"["}}), `"rules[0]": "keys" has the pattern "["`)
	f(rule(redact.Rule{Keys: []string{"k"}, Settings: redact.Settings{Action: "token"}}), `"rules[0]": "action" is token`)
	f(rule(redact.Rule{Keys: []string{"k"}, Settings: redact.Settings{TokenKeys: keys("k1")}}), `"rules[0]": "token_keys"`)
}

func TestErrorsShowNoSecret(t *testing.T) {
	secret := redacttest.Random("abcdefghij", 20, 1)
	_, err := redact.New(redact.Config{TokenKeys: []redact.Key{{ID: "k1", Secret: redact.Secret(secret)}}})
	require.Error(t, err)
	require.NotContains(t, err.Error(), secret)
}

func TestLeaves(t *testing.T) {
	e := newEngine(t, redact.Config{
		Actions: map[string]redact.Action{"email": {Do: "keep_domain"}, "iban": {Do: "allow"}}, Exclude: []string{"us_ssn"}, IgnoredKeys: []string{"k"}, AllowedValues: []string{"x"},
	})
	require.True(t, e.Leaves("", "email", "a@b.example"))
	require.True(t, e.Leaves("", "iban", "y"))
	require.True(t, e.Leaves("", "us_ssn", "y"))
	require.True(t, e.Leaves("", "no_such", "y"))
	require.True(t, e.Leaves("k", "card", "y"))
	require.True(t, e.Leaves("", "card", "x"))
	require.False(t, e.Leaves("", "card", "y"))
}

func TestPatternsAreDetectorsOfThePolicy(t *testing.T) {
	p := newPolicy(t, redact.PolicyConfig{
		Config: redact.Config{
			Patterns:  []redact.Pattern{{Name: "order_number", Pattern: `\bOR-([0-9]{6})\b`, Class: "pii", Action: "token"}, {Name: "any_number", Pattern: `\b[0-9]{3}\b`}},
			TokenKeys: keys("k1"),
		},
		Rules: []redact.Rule{{Tenants: []string{"acme"}, Settings: redact.Settings{Actions: map[string]redact.Action{"order_number": {Do: "mask"}}}}},
	})
	require.NotEmpty(t, p.Warnings(), "a pattern without a literal is tried on every value")
	e := p.For(redact.Scope{})
	out, matches := e.Redact("", "see OR-123456")
	require.Regexp(t, `^see OR-<ORDER_NUMBER:k1:[A-Z2-7]{26}>$`, out)
	require.Equal(t, "order_number", matches[0].Detector)
	again, changed := e.String("", out)
	require.False(t, changed, again)
	out, _ = p.For(redact.Scope{Tenant: "acme"}).String("", "see OR-123456")
	require.Equal(t, "see OR-****", out)
	d, ok := e.Detector("order_number")
	require.True(t, ok)
	require.Equal(t, "pii", d.Class)
	require.Equal(t, "token", e.Action("order_number"))
}

func TestAPolicyIsSharedByManyGoroutines(t *testing.T) {
	p := newPolicy(t, redact.PolicyConfig{
		Config: redact.Config{Action: "token", TokenKeys: keys("k2", "k1")},
		Rules:  []redact.Rule{{Tenants: []string{"a*"}, Settings: redact.Settings{Action: "mask"}}},
	})
	want, _ := p.For(redact.Scope{}).String("", "to a@b.example")
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for i := range 300 {
				out, _ := p.For(redact.Scope{Tenant: "t" + strconv.Itoa(i)}).String("", "to a@b.example")
				masked, _ := p.For(redact.Scope{Tenant: "a" + strconv.Itoa(i)}).String("", "to a@b.example")
				if out != want || masked != "to ****" {
					t.Errorf("%q, %q", out, masked)
				}
			}
		})
	}
	wg.Wait()
}
