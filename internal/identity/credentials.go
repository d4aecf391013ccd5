package identity

import (
	"strings"

	"github.com/weir-otel/weir/internal/catalog"
	"github.com/weir-otel/weir/internal/credential"
	"github.com/weir-otel/weir/internal/lowcode"
	"github.com/weir-otel/weir/internal/token"
)

const bearerEvidence = "jwt_claim=" + headerPrefix + authorization

// checkTokens lets tokens that Weir can verify speak by their claims. One that
// failed says nothing at all. What is no such token is left for hashes.
func (f *finder) checkTokens() {
	if f.tokens == nil {
		return
	}
	for i := range f.s.credentials {
		header := &f.s.credentials[i]
		credentialType, raw := credential.Split(header.by.name, header.value)
		if credentialType != credential.TypeBearer && credentialType != credential.TypeAPIKey {
			continue
		}
		if f.off[JWTClaim] {
			f.disabled = f.disabled || credentialType == credential.TypeBearer
			continue
		}
		evidence := bearerEvidence
		if header.by.name != authorization {
			evidence = JWTClaim.String() + "=" + headerPrefix + header.by.name
		}
		if state := f.verify(raw, evidence); state != token.Unknown && state != token.Pending {
			header.value = ""
		}
	}
}

func (f *finder) verify(raw, evidence string) token.State {
	claims, state := f.tokens.Verify(raw, f.s.at(f.now))
	switch state {
	case token.Valid:
		f.s.token, f.s.verified, f.s.credentialType = claims, true, credential.TypeBearer
		f.tokenClaims(&f.verified, claims, verifiedTokenWorth, evidence)
	case token.Expired:
		f.failed = Expired
	case token.NotYetValid, token.Invalid:
		f.failed = InvalidToken
	case token.Pending: // some caller's, whom its token would name
		f.found(&f.claimed, nil, JWTClaim, verifiedTokenWorth, evidence)
	case token.Unknown:
	}
	return state
}

// hashes looks up credentials by their keyed hashes, under every valid key, and
// keeps the newest key's hash: of the credential that a connector has, else of
// the first.
func (f *finder) hashes() {
	if hash := f.s.hash; hash != "" {
		f.hashed(f.index.CredentialHash(hash), f.s.credentialType, "credential="+lowcode.KeyCredentialHash)
	}
	if f.hasher == nil {
		return
	}
	for i := range f.s.credentials {
		header := &f.s.credentials[i]
		credentialType, raw := credential.Split(header.by.name, header.value)
		if raw == "" || isPlaceholder(raw) {
			continue
		}
		hashes := f.hasher.All(raw)
		c := f.anyHash(hashes)
		f.hashed(c, credentialType, header.by.evidence)
		if c != nil || f.s.hash == "" {
			f.s.hash, f.s.credentialType = hashes[0], credentialType
		}
	}
}

// hashed notes a credential and the connector it names. An API key is
// somebody's; a person's token or password need not be a connector's.
func (f *finder) hashed(c *catalog.Connector, credentialType, evidence string) {
	if c != nil || credentialType == credential.TypeAPIKey {
		f.found(f.vouched(Credential), c, Credential, hashWorth, evidence)
	}
}

// anyHash finds by a credential's hash under any key.
func (f *finder) anyHash(hashes []string) *catalog.Connector {
	for _, hash := range hashes {
		if c := f.index.CredentialHash(hash); c != nil {
			return c
		}
	}
	return nil
}

// isPlaceholder recognises what gateways log in place of a credential: Kong
// writes REDACTED, others asterisks. Its hash would be everybody's.
func isPlaceholder(raw string) bool {
	return strings.Trim(raw, "*xX.") == "" || strings.EqualFold(strings.Trim(raw, "[]<>*"), "redacted")
}
