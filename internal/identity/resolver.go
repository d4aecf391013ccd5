package identity

import (
	"strings"
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

	// By attribute key, headers in both spellings.
	claims      map[string]listed
	headers     map[string]listed
	payloads    map[string]listed
	credentials map[string]listed

	claimNames []string // canonical, of the claims that connectors are matched by
}

// listed is a claim or header that something is looked up by.
type listed struct {
	name     string // canonical
	evidence string // "method=attribute key"
	matches  bool   // of a claim: some connector is matched by it
}

// NewResolver prepares a catalog for Collect, Resolve and Describe.
func NewResolver(c *catalog.Catalog, o Options) *Resolver {
	r := &Resolver{
		catalog: c, index: c.Index(), tokens: o.Tokens, hasher: o.Hasher, geo: o.Geo, now: o.Now,
		claims: map[string]listed{}, headers: map[string]listed{}, payloads: map[string]listed{}, credentials: map[string]listed{},
	}
	if r.now == nil {
		r.now = time.Now
	}
	for method, off := range o.Off {
		r.off[method] = off
	}
	r.listClaims()
	for _, header := range r.index.Headers() {
		listHeader(r.headers, header, Header)
	}
	for _, header := range o.PayloadHeaders {
		listHeader(r.payloads, header, JWTClaim)
	}
	if r.tokens != nil || r.hasher != nil {
		r.listCredentials(o.CredentialHeaders)
	}
	return r
}

// Revision returns the revision of the catalog.
func (r *Resolver) Revision() string { return r.catalog.Revision }

// listClaims prepares the claims that name the client or the subject, and those
// that connectors are matched by.
func (r *Resolver) listClaims() {
	for _, prefix := range claimPrefixes {
		for _, name := range [...]string{claimClient, "client_id", "appid", "cid", claimSubject, claimIssuer} {
			r.claims[prefix+name] = listed{catalog.CanonicalClaim(name), JWTClaim.String() + "=" + prefix + name, false}
		}
		for _, name := range r.index.Claims() {
			if name != claimClient { // looked up by itself
				r.claims[prefix+name] = listed{name, JWTClaim.String() + "=" + prefix + name, true}
			}
		}
	}
	for _, name := range r.index.Claims() {
		if name != claimClient {
			r.claimNames = append(r.claimNames, name)
		}
	}
}

func (r *Resolver) listCredentials(headers []string) {
	if headers == nil {
		headers = DefaultCredentialHeaders()
	}
	listHeader(r.credentials, authorization, Credential)
	for _, header := range headers {
		listHeader(r.credentials, header, Credential)
	}
}

// listHeader enters a header by its attribute keys in both spellings.
func listHeader(into map[string]listed, header string, method Method) {
	name := catalog.CanonicalHeader(header)
	key := headerPrefix + name
	entry := listed{name, method.String() + "=" + key, true}
	into[key] = entry
	into[headerPrefix+strings.ReplaceAll(name, "-", "_")] = entry
}
