package identity_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/identity"
	"github.com/weir-otel/weir/internal/lowcode"
)

func TestTheUserOfAVerifiedTokenStandsAgainstASenderWhoIsNotTrusted(t *testing.T) {
	f := func(trust identity.Trust, key, wantUser string, wantConflict bool, attributes map[string]any) {
		t.Helper()
		attributes[key] = "somebody"
		stamped := resolveTrusting(t, trust, attributes).stamped
		got, _ := stamped["user.id"].(string)
		require.Equal(t, wantUser, got)
		evidence, _ := stamped[lowcode.KeyIdentityEvidence].([]any)
		if wantConflict {
			require.Contains(t, evidence, "user_conflict=user.id")
		} else {
			require.NotContains(t, evidence, "user_conflict=user.id")
		}
	}
	token := func(changes claims) map[string]any {
		return map[string]any{headerKey + "authorization": bearer(signed(t, good(changes)))}
	}
	for _, key := range []string{"user.id", "enduser.id"} {
		f(identity.TrustNobody, key, "user-1", true, token(nil))
		f(identity.TrustOnly(identity.MTLS), key, "user-1", true, token(nil))
	}
	f(identity.TrustAll, "user.id", "somebody", true, token(nil))
	f(identity.TrustAll, "user.id", "somebody", true, attributesOf(t, "jwt.claims.", good(nil)))
	f(identity.TrustAll, "user.id", "somebody", true, map[string]any{headerKey + "x-jwt-payload": encode(t, good(nil))})

	f(identity.TrustNobody, "user.id", "somebody", false, token(claims{"sub": "somebody"}))
	f(identity.TrustNobody, "user.id", "somebody", false, token(claims{"sub": "crm-sync"}))
	f(identity.TrustNobody, "user.id", "somebody", false, attributesOf(t, "jwt.claims.", good(nil)))
	f(identity.TrustNobody, "user.id", "somebody", false, map[string]any{headerKey + "authorization": bearer(unsigned(t, good(nil)))})
}

func TestEvidenceOfAUserIsOfTheOneThatIsStamped(t *testing.T) {
	stamped := resolveTrusting(t, identity.TrustNobody, map[string]any{
		headerKey + "authorization": bearer(signed(t, good(claims{"sub": "bob"}))), "user.id": "somebody",
	}).stamped
	require.Contains(t, stamped[lowcode.KeyIdentityEvidence], "user_expired=user.id")
}
