package identity

import (
	"github.com/weir-otel/weir/internal/catalog"
	"github.com/weir-otel/weir/internal/token"
	"github.com/weir-otel/weir/internal/xfcc"
)

// tally collects what the signals of one strength say.
type tally struct {
	connector  *catalog.Connector // of the first signal that matched
	other      *catalog.Connector // of the first that names another
	method     Method
	confidence float64
}

func (t *tally) add(c *catalog.Connector, method Method, confidence float64) {
	switch {
	case t.connector == nil:
		t.connector, t.method, t.confidence = c, method, confidence
	case t.connector != c && t.other == nil:
		t.other = c
	case t.connector == c && confidence > t.confidence:
		t.method, t.confidence = method, confidence
	}
}

// finder walks the signals of one record, strongest first.
type finder struct {
	*Resolver
	d     *Decision
	s     *Signals
	trust Trust

	verified, claimed, weak tally

	failed   Reason // of a token: Expired or InvalidToken
	unknown  bool   // a key was there that no connector has
	disabled bool   // a signal of a method that is switched off
}

// Resolve decides who made the call. trust says for which signals the sender's
// word is to be believed.
func (r *Resolver) Resolve(s *Signals, trust Trust, d *Decision) {
	*d = Decision{WorkflowID: s.headers[headerWorkflow].value, RunID: s.headers[headerRunID].value, Vouched: trust.Any(), trust: trust}
	s.trust = trust
	if s.marks&marksSignal == 0 && !s.stored.read && !r.index.HasRoutes() { // as most records of a trace
		d.Status, d.Reason = Unattributed, NoSignal
		return
	}
	s.hash, s.credentialType = s.texts[textHash].value, s.texts[textCredentialType].value
	f := finder{Resolver: r, d: d, s: s, trust: trust}
	if s.marks&marksCertificate != 0 {
		f.certificates()
	}
	if s.stored.read {
		f.storedToken()
	}
	if len(s.credentials) > 0 {
		f.checkTokens()
	}
	f.vouchedClaims()
	f.credentialID()
	f.hashes()
	f.consumer()
	f.passedOn()
	f.weakSignals()
	f.decide()
	d.Platform = f.platform()
	clear(s.credentials) // no credential is kept
}

// found notes a signal and the connector it names, nil for none.
func (f *finder) found(into *tally, c *catalog.Connector, method Method, w worth, evidence string) {
	if f.off[method] {
		f.disabled = true
		return
	}
	f.d.addEvidence(evidence)
	if c == nil {
		f.unknown = true
		return
	}
	confidence := w.other
	if f.trust.Has(method) {
		confidence = w.trusted
	}
	into.add(c, method, confidence)
}

// vouched is where the signals of a method go that a gateway checks itself.
func (f *finder) vouched(method Method) *tally {
	if f.trust.Has(method) {
		return &f.verified
	}
	return &f.claimed
}

// aliases are several names of one thing: the catalog lists some of them, so the
// others are not unknown keys.
type aliases struct {
	method   Method
	worth    worth
	evidence string // of the first
	matched  bool
}

func (f *finder) alias(a *aliases, c *catalog.Connector, evidence string) {
	if a.evidence == "" {
		a.evidence = evidence
	}
	if c != nil {
		a.matched = true
		f.found(f.vouched(a.method), c, a.method, a.worth, evidence)
	}
}

// endAliases notes an unknown key if there were names and none matched.
func (f *finder) endAliases(a *aliases) {
	if a.evidence != "" && !a.matched {
		f.found(f.vouched(a.method), nil, a.method, a.worth, a.evidence)
	}
}

// certificates looks at the subject of the client certificate and at the names
// it was issued for.
func (f *finder) certificates() {
	subject, forwarded := &f.s.texts[textCertificate], &f.s.headers[headerForwarded]
	names := aliases{method: MTLS, worth: certificateWorth}
	if subject.value != "" {
		f.alias(&names, f.index.Certificate(subject.value), subject.from.evidence)
	}
	if forwarded.value != "" {
		evidence := forwarded.from.evidence
		f.alias(&names, nil, evidence) // a header that cannot be read is no connector's
		element, _ := xfcc.Last(forwarded.value)
		for _, uri := range element.URIs {
			f.alias(&names, f.index.Certificate(uri), evidence)
		}
		for _, dns := range element.DNS {
			f.alias(&names, f.index.Certificate(dns), evidence)
		}
		if element.Subject != "" {
			f.alias(&names, f.index.Certificate(element.Subject), evidence)
		}
	}
	f.endAliases(&names)
}

// vouchedClaims looks at what a gateway says of a token it checked.
func (f *finder) vouchedClaims() {
	s := f.s
	if client := &s.texts[textClient]; client.value != "" {
		f.found(f.vouched(JWTClaim), f.index.Claim(s.clientIssuer(), claimClient, client.value), JWTClaim, claimWorth, client.from.evidence)
	}
	for i := range s.claims {
		claim := &s.claims[i]
		// Most claims say something else than the client, so one that no
		// connector has (the sub of a person, say) is no unknown key.
		if c := f.index.Claim(s.texts[textIssuer].value, claim.by.name, claim.value); c != nil {
			f.found(f.vouched(JWTClaim), c, JWTClaim, claimWorth, claim.by.evidence)
		}
	}
	payload := &s.headers[headerPayload]
	if payload.value == "" {
		return
	}
	claims, err := token.DecodePayload(payload.value)
	if err != nil {
		return
	}
	if s.token == nil {
		s.token = claims
	}
	f.tokenClaims(f.vouched(JWTClaim), claims, claimWorth, payload.from.evidence)
}

// tokenClaims looks at the claims of a whole token.
func (f *finder) tokenClaims(into *tally, claims *token.Claims, w worth, evidence string) {
	if claims.ClientID != "" {
		f.found(into, f.index.Claim(claims.Issuer, claimClient, claims.ClientID), JWTClaim, w, evidence)
	}
	for _, name := range f.claimNames {
		if c := f.index.Claim(claims.Issuer, name, claimOf(claims, name)); c != nil {
			f.found(into, c, JWTClaim, w, evidence)
		}
		for _, value := range claims.ClaimList(name) {
			if c := f.index.Claim(claims.Issuer, name, value); c != nil {
				f.found(into, c, JWTClaim, w, evidence)
			}
		}
	}
}

func (f *finder) credentialID() {
	id := &f.s.headers[headerCredential]
	if id.value == "" || f.s.isAnonymous(id) {
		return
	}
	f.found(f.vouched(Credential), f.index.Credential(id.value), Credential, credentialIDWorth, id.from.evidence)
	if f.trust.Has(Credential) && isID(id.value) {
		f.d.CredentialID = id.value
	}
}

// consumer tries the three names of the gateway's consumer.
func (f *finder) consumer() {
	names := aliases{method: GatewayConsumer, worth: consumerWorth}
	for i := range consumerHeaders {
		if consumer := &f.s.headers[i]; consumer.value != "" && !f.s.isAnonymous(consumer) {
			f.alias(&names, f.index.Consumer(consumer.value), consumer.from.evidence)
		}
	}
	f.endAliases(&names)
}

// passedOn looks at headers that a gateway forwards without checking them.
func (f *finder) passedOn() {
	if workflow := &f.s.headers[headerWorkflow]; workflow.value != "" {
		f.found(&f.claimed, f.index.Workflow(workflow.value), Header, headerWorth, workflow.from.evidence)
	}
	for i := range f.s.listed {
		header := &f.s.listed[i]
		f.found(&f.claimed, f.index.Header(header.by.name, header.value), Header, headerWorth, header.by.evidence)
	}
}

// platform is the connector's, else the one that the call looks like.
func (f *finder) platform() string {
	if c := f.d.Connector; c != nil && c.Platform != "" {
		return c.Platform
	}
	if platform := f.catalog.PlatformOf(f.s.texts[textUserAgent].value); platform != "" {
		return platform
	}
	if platform := f.catalog.PlatformOf(f.s.texts[textAgentClient].value); platform != "" {
		return platform
	}
	if f.s.texts[textAddress].value != "" {
		if platform := f.catalog.PlatformAt(f.s.addr()); platform != "" {
			return platform
		}
	}
	if f.s.marks&marksSDK != 0 {
		return "custom"
	}
	return ""
}

// isID reports what looks like an id and not like a sentence or a whole token.
func isID(text string) bool {
	if text == "" || len(text) > 128 {
		return false
	}
	for i := range len(text) {
		if text[i] <= ' ' || text[i] >= 0x7f {
			return false
		}
	}
	return true
}
