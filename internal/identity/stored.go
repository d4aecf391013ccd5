package identity

import (
	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/weir-otel/weir/internal/lowcode"
)

// CollectStored reads a record that Weir stamped and stored, so that another
// revision of the catalog can judge it. The credentials are gone; what Weir
// found out by them is among its own attributes. trusted says whether a trusted
// peer had sent the record.
func (r *Resolver) CollectStored(attributes pcommon.Map, s *Signals) (trusted bool) {
	r.Collect(attributes, true, s)
	if vouched, found := attributes.Get(lowcode.KeyIdentityVouched); found {
		trusted = vouched.Bool()
	}
	if reason, found := attributes.Get(lowcode.KeyIdentityUnattributedReason); found {
		s.stored.failed = failedReason(reason.Str())
	}
	if trusted {
		return true // the claims count as they are
	}
	// Facts of a token are stamped only if somebody answers for them: it was Weir.
	if client, found := attributes.Get(lowcode.KeyTokenClientID); found {
		s.stored.client = client.Str()
	}
	if chain, found := attributes.Get(lowcode.KeyActorChain); found {
		if actors := texts(chain); len(actors) > 0 {
			s.stored.actor = actors[0]
		}
	}
	return false
}

// stored is what Weir found out when it still had a record's token.
type stored struct {
	client, actor string // verified
	failed        Reason
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
		f.found(&f.verified, f.index.Claim(claimClient, token.client), JWTClaim, verifiedTokenWorth, "jwt_claim="+lowcode.KeyTokenClientID)
	}
	if c := f.index.Claim(claimActor, token.actor); c != nil {
		f.found(&f.verified, c, JWTClaim, verifiedTokenWorth, "jwt_claim="+lowcode.KeyActorChain)
	}
}
