package identity

import (
	"strings"

	"github.com/weir-otel/weir/internal/catalog"
)

// listed is a claim or header that some connector matches by.
type listed struct {
	name     string // canonical
	evidence string
}

// Resolver finds connectors in one revision of the catalog. It is immutable.
type Resolver struct {
	index    *catalog.Index
	revision string
	claims   map[string]listed // by attribute key
	headers  map[string]listed // by attribute key, in both spellings
}

// NewResolver prepares a catalog for Collect and Resolve.
func NewResolver(c *catalog.Catalog) *Resolver {
	r := &Resolver{index: c.Index(), revision: c.Revision, claims: map[string]listed{}, headers: map[string]listed{}}
	for _, claim := range r.index.Claims() {
		key := claimPrefix + claim
		r.claims[key] = listed{claim, JWTClaim.String() + "=" + key}
	}
	for _, header := range r.index.Headers() {
		key := headerPrefix + header
		entry := listed{header, Header.String() + "=" + key}
		r.headers[key] = entry
		r.headers[headerPrefix+strings.ReplaceAll(header, "-", "_")] = entry
	}
	return r
}

// Revision returns the revision of the catalog.
func (r *Resolver) Revision() string { return r.revision }

// tally collects what the signals of one strength say.
type tally struct {
	connector  *catalog.Connector // of the strongest signal that matched
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
	}
}

// finder walks the signals of one record, strongest first.
type finder struct {
	index   *catalog.Index
	d       *Decision
	trusted bool

	verified, claimed, weak tally
	unknown                 bool // a key was there that no connector has
}

// Resolve decides who made the call. trusted says that the sender is a peer
// whose gateway headers and claims are to be believed.
func (r *Resolver) Resolve(s *Signals, trusted bool, d *Decision) {
	*d = Decision{WorkflowID: s.workflow.value, RunID: s.runID}
	f := finder{index: r.index, d: d, trusted: trusted}
	f.strong(s)
	f.passedOn(s)
	f.weakSignals(s)
	f.decide(s)
	d.Platform = platformOf(d.Connector, s)
	if trusted && !s.anonymous && !s.repeated && isID(s.credential.value) {
		d.CredentialID = s.credential.value
	}
}

// strong looks at what a gateway checks itself.
func (f *finder) strong(s *Signals) {
	vouched := &f.claimed
	if f.trusted {
		vouched = &f.verified
	}
	if s.client.value != "" {
		f.found(vouched, f.index.Claim("azp", s.client.value), JWTClaim, s.client.evidence)
	}
	for i := range s.claims.all[:s.claims.count] {
		claim := &s.claims.all[i]
		// Most claims say something else than the client, so one that no
		// connector has (the sub of a person, say) is no unknown key.
		if c := f.index.Claim(claim.name, claim.value); c != nil {
			f.found(vouched, c, JWTClaim, claim.evidence)
		}
	}
	if s.anonymous {
		return
	}
	if s.credential.value != "" {
		f.found(vouched, f.index.Credential(s.credential.value), Credential, s.credential.evidence)
	}
	f.consumer(vouched, s)
}

// consumer tries the three names of the gateway's consumer: the catalog lists
// one of them, so the other two are not unknown keys.
func (f *finder) consumer(vouched *tally, s *Signals) {
	matched, evidence := false, ""
	for i := range s.consumers {
		consumer := &s.consumers[i]
		if consumer.value == "" {
			continue
		}
		if evidence == "" {
			evidence = consumer.evidence
		}
		if c := f.index.Consumer(consumer.value); c != nil {
			matched = true
			f.found(vouched, c, GatewayConsumer, consumer.evidence)
		}
	}
	if evidence != "" && !matched {
		f.found(vouched, nil, GatewayConsumer, evidence)
	}
}

// passedOn looks at headers that a gateway forwards without checking them.
func (f *finder) passedOn(s *Signals) {
	if s.workflow.value != "" {
		f.found(&f.claimed, f.index.Workflow(s.workflow.value), Header, s.workflow.evidence)
	}
	for i := range s.headers.all[:s.headers.count] {
		header := &s.headers.all[i]
		f.found(&f.claimed, f.index.Header(header.name, header.value), Header, header.evidence)
	}
}

// weakSignals looks at what many connectors may share; it is no unknown key.
func (f *finder) weakSignals(s *Signals) {
	if s.userAgent.value != "" {
		c, exact := f.index.UserAgent(s.userAgent.value)
		workflow := catalog.WorkflowOf(s.userAgent.value)
		if f.d.WorkflowID == "" {
			f.d.WorkflowID = workflow
		}
		if c == nil && workflow != "" {
			c = f.index.Workflow(workflow)
			exact = c != nil
		}
		switch {
		case c != nil && exact:
			f.weak.add(c, UserAgent, confidence[UserAgent].other)
			f.d.addEvidence(s.userAgent.evidence)
		case c != nil:
			f.weak.add(c, UserAgent, prefixConfidence)
			f.d.addEvidence(s.userAgent.evidence)
		}
	}
	if f.index.HasAddresses() && s.address.value != "" {
		if c := f.index.Address(s.addr()); c != nil {
			f.weak.add(c, SourceIP, confidence[SourceIP].other)
			f.d.addEvidence(s.address.evidence)
		}
	}
}

// found notes a signal and the connector it names, nil for none.
func (f *finder) found(into *tally, c *catalog.Connector, method Method, evidence string) {
	f.d.addEvidence(evidence)
	if c == nil {
		f.unknown = true
		return
	}
	worth := confidence[method].other
	if f.trusted {
		worth = confidence[method].trusted
	}
	into.add(c, method, worth)
}

func (f *finder) decide(s *Signals) {
	claimed := f.claimed
	if claimed.connector == nil {
		claimed = f.weak
	}
	switch {
	case f.verified.connector != nil:
		f.decideVerified()
	case s.repeated || claimed.other != nil:
		f.unattributed(Ambiguous)
		if claimed.other != nil {
			f.d.sides = [2]side{{Claimed, claimed.connector}, {Claimed, claimed.other}}
		}
	case claimed.connector != nil:
		f.d.Status, f.d.Method, f.d.Confidence = Claimed, claimed.method, claimed.confidence
		f.d.Connector = claimed.connector
	case f.unknown:
		f.unattributed(UnknownKey)
	default:
		f.unattributed(NoSignal)
	}
}

// decideVerified keeps the verified connector and notes who contradicts it. A
// user agent's prefix or an address is shared too widely to contradict anything.
func (f *finder) decideVerified() {
	d := f.d
	d.Connector, d.Method = f.verified.connector, f.verified.method
	d.Status, d.Confidence = Verified, f.verified.confidence
	other := side{Claimed, nil}
	switch {
	case f.verified.other != nil:
		other = side{Verified, f.verified.other}
	case f.claimed.connector != nil && f.claimed.connector != d.Connector:
		other.connector = f.claimed.connector
	case f.claimed.other != nil && f.claimed.other != d.Connector:
		other.connector = f.claimed.other
	case f.weak.connector != nil && f.weak.connector != d.Connector && f.weak.confidence > prefixConfidence:
		other.connector = f.weak.connector
	}
	if other.connector != nil {
		d.Status, d.Confidence = Conflicting, conflictConfidence
		d.sides = [2]side{{Verified, d.Connector}, other}
	}
}

func (f *finder) unattributed(reason Reason) {
	f.d.Status, f.d.Method, f.d.Reason = Unattributed, None, reason
}

func platformOf(c *catalog.Connector, s *Signals) string {
	if c != nil && c.Platform != "" {
		return c.Platform
	}
	if platform := catalog.PlatformOf(s.userAgent.value); platform != "" {
		return platform
	}
	if s.sdk {
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
