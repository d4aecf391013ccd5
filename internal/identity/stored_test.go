package identity_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/weir-otel/weir/internal/identity"
)

// A stored record has lost its credentials; judged again by the same catalog it
// is what it was.
func TestAStoredRecordIsJudgedAsWhenItCame(t *testing.T) {
	now, later := checkingResolver(t), testResolver(t)
	f := func(trusted bool, attributes map[string]any, want string) {
		t.Helper()
		came := resolve(t, now, trusted, false, attributes)
		require.Equal(t, want, text(&came.Decision), "when it came")
		for _, header := range []string{"authorization", "x-api-key"} {
			delete(came.stamped, headerKey+header)
		}
		m := pcommon.NewMap()
		require.NoError(t, m.FromRaw(came.stamped))
		var s identity.Signals
		var d identity.Decision
		later.Resolve(&s, later.CollectStored(m, &s), &d)
		require.Equal(t, want, text(&d), "stored")
	}
	authorization, consumer := headerKey+"authorization", headerKey+"x-consumer-username"
	f(false, map[string]any{authorization: bearer(signed(t, good(nil)))}, "crm-sync verified jwt_claim 0.96")
	f(false, map[string]any{authorization: bearer(signed(t, good(nil))), consumer: "flow-orders"},
		"crm-sync conflicting jwt_claim 0.5 verified=crm-sync claimed=order-flow")
	f(false, map[string]any{authorization: bearer(signed(t, good(claims{"azp": "stranger", "act": claims{"sub": "agent-orders"}})))},
		"order-flow verified jwt_claim 0.96")
	f(true, map[string]any{"jwt.claims.azp": "crm-sync"}, "crm-sync verified jwt_claim 0.95")
	f(false, map[string]any{"jwt.claims.azp": "crm-sync"}, "crm-sync claimed jwt_claim 0.5")
	f(true, map[string]any{headerKey + "x-credential-identifier": "9d3f0c1e"}, "crm-sync verified credential 0.92")
	f(false, map[string]any{authorization: bearer(unsigned(t, good(nil)))}, "unattributed invalid_token")
	f(false, map[string]any{authorization: bearer(unsigned(t, good(nil))), consumer: "flow-orders"}, "order-flow claimed gateway_consumer 0.4")
	f(true, map[string]any{consumer: "stranger"}, "unattributed unknown_key")
	f(true, map[string]any{headerKey + "x-api-key": "a stranger's"}, "unattributed unknown_key")
	f(true, map[string]any{authorization: "Bearer opaque"}, "unattributed no_signal")
}

func TestAStoredHashIsFoundUnderTheKeyThatItWasMadeWith(t *testing.T) {
	m := pcommon.NewMap()
	require.NoError(t, m.FromRaw(map[string]any{"lowcode.credential.hash": hasher(t).All(registeredKey())[1], "lowcode.identity.vouched": true}))
	r := testResolver(t)
	var s identity.Signals
	var d identity.Decision
	r.Resolve(&s, r.CollectStored(m, &s), &d)
	require.Equal(t, "api-keyed verified credential 0.9", text(&d))
}
