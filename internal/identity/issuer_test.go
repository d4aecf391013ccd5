package identity_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/weir-otel/weir/internal/catalog"
	"github.com/weir-otel/weir/internal/identity"
)

// Two issuers may give the same client id to different programs.
func TestAClaimNamesTheConnectorOfItsIssuer(t *testing.T) {
	c, err := catalog.Parse("c.yaml", []byte(`
version: 1
connectors:
  - {id: ours, match: {jwt: [{claim: azp, value: sync, issuer: "`+issuer+`"}, {claim: groups, value: robots, issuer: "`+issuer+`"}]}}
  - {id: theirs, match: {jwt: [{claim: azp, value: sync, issuer: "https://other.example.com/"}]}}
  - {id: anyones, match: {jwt: [{claim: azp, value: nightly}]}}
`))
	require.NoError(t, err)
	options := identity.Options{Tokens: verifier(t), PayloadHeaders: []string{"x-jwt-payload"}, Now: func() time.Time { return callTime }}
	r := identity.NewResolver(c, options)
	f := func(want string, attributes map[string]any) {
		t.Helper()
		require.Equal(t, want, text(&resolve(t, r, true, false, attributes).Decision))
	}
	of := func(issuer, client string) claims { return good(claims{"iss": issuer, "azp": client}) }
	f("ours verified jwt_claim 0.96", map[string]any{headerKey + "authorization": bearer(signed(t, of(issuer, "sync")))})
	f("theirs verified jwt_claim 0.95", map[string]any{headerKey + "x-jwt-payload": encode(t, of("https://other.example.com/", "sync"))})
	f("theirs verified jwt_claim 0.95", attributesOf(t, "jwt.claims.", of("https://other.example.com/", "sync")))
	f("ours verified jwt_claim 0.95", attributesOf(t, "envoy.filters.http.jwt_authn.", of(issuer, "sync")))
	f("unattributed unknown_key", attributesOf(t, "jwt.claims.", of("https://evil.example.com/", "sync")))
	f("unattributed unknown_key", map[string]any{"jwt.claims.azp": "sync"})
	f("anyones verified jwt_claim 0.95", attributesOf(t, "jwt.claims.", of("https://evil.example.com/", "nightly")))
	f("ours verified jwt_claim 0.95", map[string]any{"jwt.claims.groups": []any{"robots"}, "jwt.claims.iss": issuer})
	f("unattributed no_signal", map[string]any{"jwt.claims.groups": []any{"robots"}, "jwt.claims.iss": "https://evil.example.com/"})

	stored := resolve(t, r, false, false, map[string]any{headerKey + "authorization": bearer(signed(t, of(issuer, "sync"))), "jwt.claims.iss": "https://other.example.com/"}).stamped
	delete(stored, headerKey+"authorization")
	m := pcommon.NewMap()
	require.NoError(t, m.FromRaw(stored))
	var s identity.Signals
	var d identity.Decision
	r.Resolve(&s, r.CollectStored(m, &s), &d)
	require.Equal(t, "ours verified jwt_claim 0.96", text(&d))
}
