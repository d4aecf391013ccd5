package identity

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/weir-otel/weir/internal/token"
)

// signal is a value found on a record, and the evidence to state if it is used.
type signal struct {
	value    string
	evidence string // "method=attribute key", never the value
}

// best is the value of the best of several attributes that say the same, so that
// the order in which a sender wrote them decides nothing.
type best struct {
	signal
	rank uint8 // of the attribute; 0 is none
}

func (b *best) offer(value, evidence string, rank uint8) {
	if value != "" && (rank > b.rank || rank == b.rank && evidence < b.evidence) {
		b.signal, b.rank = signal{value, evidence}, rank
	}
}

// named is a signal of a claim or header that the catalog lists.
type named struct {
	name string // canonical
	signal
}

func (n *named) before(other *named) bool {
	return cmp.Or(cmp.Compare(n.name, other.name), cmp.Compare(n.evidence, other.evidence), cmp.Compare(n.value, other.value)) < 0
}

// namedList keeps the first few by name, in whatever order they came.
type namedList []named

// maxNamed is more than the credential headers that are looked at by default.
const maxNamed = 8

func (l *namedList) add(item named) {
	at := len(*l)
	for at > 0 && item.before(&(*l)[at-1]) {
		at--
	}
	if at == maxNamed {
		return
	}
	*l = slices.Insert((*l)[:min(len(*l), maxNamed-1)], at, item)
}

// The gateway's names of a consumer and an agent's names of itself, as indexes
// of Signals' arrays.
const (
	consumerUsername = iota
	consumerCustomID
	consumerID
	consumerNames
)

const (
	agentID = iota
	agentName
	agentClient
	agentNames
)

// Signals is what one pass over a record's attributes finds. The zero value is
// a record without attributes.
type Signals struct {
	// At is when the call was made, by which tokens and users are judged; the
	// zero time is now. Set it after Collect, which clears it.
	At time.Time

	certificate signal // the subject, as the gateway gives it
	forwarded   header // x-forwarded-client-cert
	client      best   // the OAuth client: azp, client_id, appid or cid
	subject     best   // claim sub
	issuer      best   // claim iss
	eventIssuer string // of the client of an identity provider's event
	payload     header // the payload of a token, as a gateway passes it on
	consumers   [consumerNames]header
	credential  header
	workflow    header
	runID, step header // of the workflow
	// The gateway let the call in without a credential: "true".
	anonymous header
	stored    stored
	agents    [agentNames]signal
	userAgent best
	address   best
	user      best // user.id or enduser.id

	claims, headers namedList
	credentials     namedList // raw values of headers; Resolve forgets them

	repeated  bool // a header that the catalog lists came twice with different values
	sdk       bool // a low-code SDK says so itself
	hasClaims bool // some jwt.claims.* attribute

	// Facts of the call, which decide what it is stamped with.
	HasMethod  bool // an HTTP method, an RPC method or a tool: an API call
	HasLowcode bool // some lowcode.* attribute
	Identified bool // lowcode.identity.status
	hasCost    bool // lowcode.request.cost
	method     best
	host       best
	route      best // http.route or url.template
	path       best // url.path, else the target or the full URL

	attributes pcommon.Map // as Collect saw them

	// What Resolve found out, for Describe.
	trust          Trust         // in the sender
	token          *token.Claims // of a token that Weir verified, else of a payload that the gateway passed on
	verified       bool          // Weir verified the token
	hash           string        // of the credential; from Collect if the credential itself is gone
	credentialType string
}

// reset makes s that of a record with these attributes. The lists keep their
// memory.
func (s *Signals) reset(attributes pcommon.Map) {
	claims, headers, credentials := s.claims[:0], s.headers[:0], s.credentials[:0]
	*s = Signals{}
	s.attributes, s.claims, s.headers, s.credentials = attributes, claims, headers, credentials
}

// single returns the only value of a header. Two different values are none:
// which of them the gateway wrote cannot be told.
func single(value pcommon.Value) (text string, repeated bool) {
	if value.Type() != pcommon.ValueTypeSlice {
		return value.Str(), false
	}
	values := value.Slice()
	if values.Len() == 0 {
		return "", false
	}
	text = values.At(0).Str()
	for i := 1; i < values.Len(); i++ {
		if values.At(i).Str() != text {
			return "", true
		}
	}
	return text, false
}

// joined returns the whole of a header that is a list (RFC 9110, section 5.3).
func joined(value pcommon.Value) string {
	if value.Type() != pcommon.ValueTypeSlice {
		return value.Str()
	}
	return strings.Join(texts(value), ",")
}

// header is a header that a gateway may have written. A gateway writes it in one
// spelling; what a client sends in the other is another attribute of the record,
// so the better spelling decides alone.
type header struct {
	signal
	rank     uint8 // of the spelling; 0 is none
	repeated bool  // it came twice with different values: which of them the gateway wrote cannot be told
}

// The ranks of spellings: x_consumer_id is how older instrumentation writes
// x-consumer-id, and what a decoder of this collector found is better than both.
const (
	rankUnderscored = 1
	rankDashed      = 2
	rankOwn         = 3
)

func spelling(name string) uint8 {
	if strings.IndexByte(name, '_') >= 0 {
		return rankUnderscored
	}
	return rankDashed
}

// read notes the only value of a header.
func (h *header) read(value pcommon.Value, evidence string, rank uint8) {
	text, repeated := single(value)
	h.offer(text, repeated, evidence, rank)
}

func (h *header) offer(text string, repeated bool, evidence string, rank uint8) {
	if text == "" && !repeated || rank < h.rank {
		return
	}
	if rank == h.rank && text != h.value {
		text, repeated = "", true
	}
	*h = header{signal{text, evidence}, rank, repeated}
}

// rankEvent is the rank of a client that an identity provider's event names.
const rankEvent = 1

// clientIssuer is who issued the token of client.
func (s *Signals) clientIssuer() string {
	if s.client.rank == rankEvent {
		return s.eventIssuer
	}
	return s.issuer.value
}

// settleSpelling forgets what says in the worse spelling who the gateway's
// consumer is: one gateway writes all of these headers in one way.
func (s *Signals) settleSpelling() {
	family := [...]*header{&s.consumers[consumerUsername], &s.consumers[consumerCustomID], &s.consumers[consumerID], &s.credential, &s.anonymous}
	dashed := false
	for _, h := range family {
		dashed = dashed || h.rank == rankDashed
	}
	if !dashed {
		return
	}
	for _, h := range family {
		if h.rank == rankUnderscored {
			*h = header{}
		}
	}
}

// isAnonymous reports that the gateway itself says of a value in its header that
// it is nobody's.
func (s *Signals) isAnonymous(h *header) bool {
	return h.rank <= s.anonymous.rank && strings.EqualFold(s.anonymous.value, "true")
}

// isRepeated reports that some header came twice with different values.
func (s *Signals) isRepeated() bool {
	repeated := s.repeated || s.payload.repeated || s.forwarded.repeated || s.credential.repeated || s.workflow.repeated
	for i := range s.consumers {
		repeated = repeated || s.consumers[i].repeated
	}
	return repeated
}

// at is the time by which the record is judged.
func (s *Signals) at(now func() time.Time) time.Time {
	if s.At.IsZero() {
		return now()
	}
	return s.At
}

// endpoint is the path of the call, without host and query, else its route.
func (s *Signals) endpoint() string {
	if s.path.value == "" {
		return s.route.value
	}
	path, _, _ := strings.Cut(s.path.value, "?")
	if path, _, _ = strings.Cut(path, "#"); strings.HasPrefix(path, "/") {
		return path
	}
	_, path, _ = strings.Cut(path, "://") // https://api.example.com/orders
	slash := strings.IndexByte(path, '/')
	if slash < 0 {
		return "/"
	}
	return path[slash:]
}

// hostName is the host that was called, perhaps with a port, else that of the full
// URL: older SDKs give no other.
func (s *Signals) hostName() string {
	if s.host.value != "" || strings.HasPrefix(s.path.value, "/") {
		return s.host.value
	}
	_, authority, _ := strings.Cut(s.path.value, "://")
	if end := strings.IndexAny(authority, "/?#"); end >= 0 {
		authority = authority[:end]
	}
	return authority[strings.LastIndexByte(authority, '@')+1:]
}

// addr parses the client's address, with or without a port.
func (s *Signals) addr() netip.Addr {
	if addr, err := netip.ParseAddr(s.address.value); err == nil {
		return addr
	}
	withPort, _ := netip.ParseAddrPort(s.address.value)
	return withPort.Addr()
}

// subjectOfCall is the token's subject, if that is a user. A token whose subject
// is its own client was given to a program, not to a person.
func (s *Signals) subjectOfCall() string {
	subject, client := s.subject.value, s.client.value
	if s.token != nil {
		subject, client = s.token.Subject, s.token.ClientID
	}
	if subject == client {
		return ""
	}
	return subject
}

// UserID returns the user to add to the record, or "". The sender's word for the
// user stands against what only claims to be a token. Against one that Weir
// verified it stands if the sender is trusted for such claims; conflict says that
// a token somebody answers for names another user.
func (s *Signals) UserID() (user string, conflict bool) {
	subject := s.subjectOfCall()
	switch {
	case s.user.value == "":
		return subject, false
	case subject == "", subject == s.user.value:
		return "", false
	case s.trust.Has(JWTClaim):
		return "", true
	case s.verified:
		return subject, true
	}
	return "", false
}
