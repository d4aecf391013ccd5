package identity

import (
	"slices"
	"time"

	"github.com/weir-otel/weir/internal/catalog"
	"github.com/weir-otel/weir/internal/credential"
	"github.com/weir-otel/weir/internal/geo"
	"github.com/weir-otel/weir/internal/token"
)

// Options say what a Resolver works with besides the catalog. The zero value
// uses every signal that needs no keys, issuers or databases.
type Options struct {
	Off               map[Method]bool    // methods that name nobody
	Tokens            *token.Verifier    // verifies tokens; nil: none is looked at
	Hasher            *credential.Hasher // hashes credentials; nil: none is hashed
	Geo               *geo.Lookup        // nil: addresses have no place
	PayloadHeaders    []string           // request headers in which a gateway passes on a token's payload, e.g. x-jwt-payload
	CredentialHeaders []string           // request headers that hold API keys, besides authorization; nil: DefaultCredentialHeaders
	Now               func() time.Time   // nil: time.Now
}

// DefaultCredentialHeaders returns the request headers in which gateways expect
// API keys by default: AWS API Gateway, Kong and APISIX, Azure API Management.
func DefaultCredentialHeaders() []string {
	return []string{"x-api-key", "apikey", "api-key", "ocp-apim-subscription-key"}
}

// Resolver finds connectors in one revision of the catalog. It is immutable.
type Resolver struct {
	catalog *catalog.Catalog
	index   *catalog.Index
	off     [Methods]bool
	tokens  *token.Verifier
	hasher  *credential.Hasher
	geo     *geo.Lookup
	now     func() time.Time

	attributes *keyTable
	claimNames []string // canonical, of the claims that connectors are matched by, but for the client
}

// NewResolver prepares a catalog for Collect, Resolve and Describe.
func NewResolver(c *catalog.Catalog, o Options) *Resolver {
	r := &Resolver{catalog: c, index: c.Index(), tokens: o.Tokens, hasher: o.Hasher, geo: o.Geo, now: o.Now}
	if r.now == nil {
		r.now = time.Now
	}
	for method, off := range o.Off {
		r.off[method] = off
	}
	r.claimNames = slices.DeleteFunc(r.index.Claims(), func(name string) bool { return name == claimClient })
	known := newAttributeList()
	known.addClaims(r.claimNames)
	known.addHeaders(r.index.Headers(), Header, func(a *attribute, by *lookup) { a.header = by })
	known.addHeaders(o.PayloadHeaders, JWTClaim, (*attribute).passesOn)
	if r.tokens != nil || r.hasher != nil {
		headers := o.CredentialHeaders
		if headers == nil {
			headers = DefaultCredentialHeaders()
		}
		known.addHeaders(append([]string{authorization}, headers...), Credential, func(a *attribute, by *lookup) { a.credential = by })
	}
	r.attributes = known.table()
	return r
}

// Revision returns the revision of the catalog.
func (r *Resolver) Revision() string { return r.catalog.Revision }
