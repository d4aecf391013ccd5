package identity

import (
	"cmp"
	"time"

	"github.com/weir-otel/weir/internal/catalog"
	"github.com/weir-otel/weir/internal/geo"
	"github.com/weir-otel/weir/internal/route"
	"github.com/weir-otel/weir/internal/token"
)

// Facts is what the report of a call is stamped with besides who made it.
type Facts struct {
	// Source is lowcode.report.source, "" where the store decides. Set it after
	// Describe, which clears it.
	Source string

	route        string // to add as http.route; "" where the record has one
	user         string // to put as user.id; "" where the record's stays
	userConflict bool   // the record and the token name different users
	userEvidence string // why the user should not be there
	step         string // of the workflow

	operation *catalog.Operation // nil if no API of the catalog covers the call
	hasCost   bool               // a decoder knows the cost of the call itself

	token          *token.Claims // nil unless Weir verified it or a trusted peer vouches for it
	hash           string        // of the credential
	credentialType string
	place          geo.Place // of the client's address
}

// How many attributes a report gets, at most: of every kind, of a connector, of
// the catalog's operation, of a token, and of a place.
const (
	ofReport    = 4
	ofConnector = 7
	ofOperation = 6
	ofToken     = 9
	ofPlace     = 3
)

// expected is how many attributes a report gets, or a few more: its map grows
// once, and to no size that most of it would not use.
func (d *Decision) expected(f *Facts) int {
	n := ofReport
	if c := d.Connector; c != nil {
		n += ofConnector
		if c.Lifecycle != usualLifecycle {
			n++
		}
	}
	for _, text := range [...]string{d.WorkflowID, d.RunID, d.CredentialID, f.hash, f.credentialType, f.Source, f.step, f.route, f.user} {
		if text != "" {
			n++
		}
	}
	if d.Vouched {
		n++
	}
	if d.HasConflict() {
		n++
	}
	if f.operation != nil {
		n += ofOperation
	}
	if f.token != nil {
		n += ofToken
	}
	if f.place.Country != "" {
		n += ofPlace
	}
	return n
}

// Describe gathers the facts of a call. s has been through Resolve, and the
// record is not yet stamped; service is the service.name of who reports the call.
func (r *Resolver) Describe(s *Signals, service string, f *Facts) {
	*f = Facts{step: s.headers[headerStep].value, hasCost: s.marks&marksCost != 0, hash: s.hash, credentialType: s.credentialType}
	f.user, f.userConflict = s.UserID()
	if r.catalog.HasOperations() {
		f.operation = r.catalog.Operation(service, s.hostName(), s.texts[textMethod].value, s.endpoint())
	}
	if s.texts[textRoute].value == "" && s.texts[textPath].value != "" {
		f.route = r.template(s, f.operation)
	}
	f.userEvidence = r.userEvidence(s, f.user)
	f.token = tokenOf(s)
	if r.geo != nil && s.texts[textAddress].value != "" {
		f.place = r.geo.Of(s.addr())
	}
}

// template is the route of the catalog's operation, else one made of the path.
func (r *Resolver) template(s *Signals, operation *catalog.Operation) string {
	if operation != nil && operation.Template != "" {
		return operation.Template
	}
	return route.Template(s.texts[textPath].value)
}

// tokenOf returns the facts of the token that somebody answers for: Weir, which
// verified it, or a trusted gateway.
func tokenOf(s *Signals) *token.Claims {
	switch {
	case s.verified, s.trust.Has(JWTClaim) && s.token != nil:
		return s.token
	case s.trust.Has(JWTClaim) && s.marks&marksClaims != 0:
		return claimsOf(s)
	}
	return nil
}

// userEvidence tells of a user who is in the catalog but not in force: the
// record stays the user's, for the account did make the call.
func (r *Resolver) userEvidence(s *Signals, user string) string {
	account := r.catalog.User(cmp.Or(user, s.texts[textUser].value))
	if account == nil || account.ValidFrom == "" && account.ValidUntil == "" {
		return ""
	}
	today := s.at(r.now).UTC().Format(time.DateOnly)
	switch {
	case account.ValidUntil != "" && today > account.ValidUntil:
		return "user_expired=user.id"
	case today < account.ValidFrom:
		return "user_not_yet_valid=user.id"
	}
	return ""
}
