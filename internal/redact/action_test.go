package redact_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/redact"
	"github.com/weir-otel/weir/internal/redact/redacttest"
)

func TestActionsOfDetectorsAndClasses(t *testing.T) {
	visa := redacttest.Card("4", 16, 1)
	f := func(actions map[string]redact.Action, in, want string) {
		t.Helper()
		e := newEngine(t, redact.Config{Actions: actions})
		out, _ := e.String("", in)
		require.Equal(t, want, out)
		again, changed := e.String("", out)
		require.False(t, changed, again)
	}
	do := func(name, action string) map[string]redact.Action {
		return map[string]redact.Action{name: {Do: action}}
	}

	f(do("email", "keep_domain"), "to ada@example.com, a%40b.example", "to <EMAIL>@example.com, <EMAIL>@b.example")
	f(do("pii", "keep_domain"), "to ada@example.com", "to <EMAIL>@example.com")
	f(do("all", "keep_domain"), "pay "+visa, "pay <CARD>")
	f(do("all", "truncate_ip"), "pay "+visa, "pay <CARD>")
	f(do("email", "allow"), "to ada@example.com "+visa, "to ada@example.com <CARD>")
	f(map[string]redact.Action{"card": {KeepLast: 2, Mask: "###"}, "email": {Mask: "(gone)"}}, "to ada@example.com "+visa, "to (gone) ###"+visa[14:])
	f(map[string]redact.Action{"all": {Do: "drop"}, "financial": {Do: "mask"}, "card": {Do: "placeholder"}}, "to ada@example.com "+visa, "to  <CARD>")
	f(do("jwt", "allow"), "Authorization: Bearer "+redacttest.JWT(1), "Authorization: Bearer <AUTHORIZATION>")
}

func TestWholeValuesUnderASecretsKeyTakeEveryAction(t *testing.T) {
	for _, action := range []string{"placeholder", "mask", "drop", "keep_last", "keep_domain", "truncate_ip", "token", "encrypt"} {
		e := newEngine(t, redact.Config{Action: action, TokenKeys: keys("k1"), SealKeys: keys("k1")})
		for _, value := range []string{"hunter" + "22", "long and with spaces, and more than that", "<EMAIL> and more", "<HUNTER_TWO>", "****verylongpassword"} {
			out, matches := e.Redact("db.password", value)
			require.Len(t, matches, 1, "%s %s", action, value)
			require.NotContains(t, out, value)
			again, changed := e.String("db.password", out)
			require.False(t, changed, "%s: %q became %q", action, out, again)
		}
	}
}
