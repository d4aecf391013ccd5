package identity

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/weir-otel/weir/internal/catalog"
	"github.com/weir-otel/weir/internal/geo"
	"github.com/weir-otel/weir/internal/token"
)

// A map that has to grow twice is copied twice; one that grows too far is memory
// that every report takes for nothing.
func TestAReportsMapGrowsToWhatItGets(t *testing.T) {
	full := catalog.Connector{ID: "c", Tenant: "t", Name: "n", Environment: "e", Lifecycle: "retired"}
	full.Owner.Team = "sales"
	f := func(d Decision, facts Facts, spare int) {
		t.Helper()
		m := pcommon.NewMap()
		d.StampReport(m, &facts, "r1")
		require.Equal(t, spare, d.expected(&facts)-m.Len())
	}
	f(Decision{Status: Unattributed, Reason: NoSignal}, Facts{}, 1)                                                   // no platform, no evidence
	f(Decision{Method: Header, Connector: &catalog.Connector{ID: "c", Tenant: "t", Lifecycle: "listed"}}, Facts{}, 5) // nor what else a connector may have
	f(Decision{Connector: &full, Method: Header, Platform: "make", evidence: [maxEvidence]string{"e"}, evidences: 1}, Facts{}, 0)
	f(Decision{
		Method: Header, Connector: &full, Platform: "make", WorkflowID: "w", RunID: "r", CredentialID: "i", Vouched: true, trust: TrustAll,
		sides: [2]side{{Verified, &full}, {Claimed, &full}}, evidence: [maxEvidence]string{"e"}, evidences: 1,
	}, Facts{
		Source: "edge", route: "/x", user: "u", step: "s", hash: "h", credentialType: "key",
		operation: &catalog.Operation{ID: "o", API: &catalog.API{ID: "a"}, Classification: "internal", RetentionClass: "long", CostPerCall: 1, Currency: "EUR"},
		token: &token.Claims{
			ID: "i", Issuer: "s", ClientID: "c", ActorType: "a", Audience: []string{"x"}, Scopes: []string{"y"}, Actors: []string{"z"},
			IssuedAt: time.Unix(1, 0), Expires: time.Unix(2, 0),
		},
		place: geo.Place{Country: "DE", Organization: "o", ASN: 1},
	}, 0)
}
