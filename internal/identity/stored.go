package identity

import (
	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/weir-otel/weir/internal/lowcode"
)

// CollectStored reads a record that Weir stamped and stored, so that another
// revision of the catalog can judge it. The credentials are gone; what Weir
// found out by them is among its own attributes. It returns the trust in the
// sender when the record came.
func (r *Resolver) CollectStored(attributes pcommon.Map, s *Signals) Trust {
	r.Collect(attributes, true, s)
	s.stored.read = true
	trust := storedTrust(attributes)
	if reason, found := attributes.Get(lowcode.KeyIdentityUnattributedReason); found {
		s.stored.failed = failedReason(reason.Str())
	}
	if trust.Has(JWTClaim) {
		return trust // the claims count as they are
	}
	// Facts of a token are stamped only if somebody answers for them: it was Weir.
	if issuer, found := attributes.Get(lowcode.KeyTokenIssuer); found {
		s.stored.issuer = issuer.Str()
	}
	if client, found := attributes.Get(lowcode.KeyTokenClientID); found {
		s.stored.client = client.Str()
	}
	if chain, found := attributes.Get(lowcode.KeyActorChain); found {
		if actors := texts(chain); len(actors) > 0 {
			s.stored.actor = actors[0]
		}
	}
	return trust
}

func storedTrust(attributes pcommon.Map) Trust {
	if vouched, found := attributes.Get(lowcode.KeyIdentityVouched); !found || !vouched.Bool() {
		return TrustNobody
	}
	if evidence, found := attributes.Get(lowcode.KeyIdentityEvidence); found {
		return trustOf(texts(evidence))
	}
	return TrustAll
}

// stored is what Weir found out when it still had a record's token.
type stored struct {
	read                  bool   // by CollectStored
	issuer, client, actor string // verified
	failed                Reason
}

func failedReason(text string) Reason {
	for _, reason := range [...]Reason{Expired, InvalidToken} {
		if reason.String() == text {
			return reason
		}
	}
	return NoReason
}

// storedToken lets a token speak that Weir verified when the record came.
func (f *finder) storedToken() {
	token := &f.s.stored
	f.failed = token.failed
	if token.client != "" {
		f.found(&f.verified, f.index.Claim(token.issuer, claimClient, token.client), JWTClaim, verifiedTokenWorth, "jwt_claim="+lowcode.KeyTokenClientID)
	}
	if c := f.index.Claim(token.issuer, claimActor, token.actor); c != nil {
		f.found(&f.verified, c, JWTClaim, verifiedTokenWorth, "jwt_claim="+lowcode.KeyActorChain)
	}
}
