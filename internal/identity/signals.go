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

// best is the value of the best of several attributes that say the same, so that
// the order in which a sender wrote them decides nothing.
type best struct {
	value string
	from  *source // nil without a value
}

func (b *best) offer(value string, from *source) {
	if value != "" && (b.from == nil || from.rank > b.from.rank || from.rank == b.from.rank && from.evidence < b.from.evidence) {
		b.value, b.from = value, from
	}
}

// named is a value of a claim or header that the catalog lists.
type named struct {
	by    *lookup
	value string
}

func (n *named) before(other *named) bool {
	return cmp.Or(cmp.Compare(n.by.name, other.by.name), cmp.Compare(n.by.evidence, other.by.evidence), cmp.Compare(n.value, other.value)) < 0
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

// Signals is what one pass over a record's attributes finds. The zero value is
// a record without attributes.
type Signals struct {
	// At is when the call was made, by which tokens and users are judged; the
	// zero time is now. Set it after Collect, which clears it.
	At time.Time

	texts   [textCount]best
	headers [headerCount]header
	stored  stored

	claims, listed namedList // of claims and of headers that the catalog lists
	credentials    namedList // raw values of headers; Resolve forgets them

	repeated bool // a header that is looked up came twice with different values
	marks    mark

	// Facts of the call, which decide what it is stamped with.
	HasMethod  bool // an HTTP method, an RPC method or a tool: an API call
	HasLowcode bool // some lowcode.* attribute
	Identified bool // lowcode.identity.status

	attributes pcommon.Map // as Collect saw them

	// What Resolve found out, for Describe.
	trust          Trust         // in the sender
	token          *token.Claims // of a token that Weir verified, else of a payload that the gateway passed on
	verified       bool          // Weir verified the token
	hash           string        // of the credential; as it came if the credential itself is gone
	credentialType string
}

// reset makes s that of a record with these attributes. The lists keep their
// memory.
func (s *Signals) reset(attributes pcommon.Map) {
	claims, listed, credentials := s.claims[:0], s.listed[:0], s.credentials[:0]
	*s = Signals{}
	s.attributes, s.claims, s.listed, s.credentials = attributes, claims, listed, credentials
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
	value    string
	from     *source // whose rank is that of the spelling; nil for no such header
	repeated bool    // it came twice with different values: which of them the gateway wrote cannot be told
}

// The ranks of spellings: x_consumer_id is how older instrumentation writes
// x-consumer-id, and what a decoder of this collector found is better than both.
const (
	rankUnderscored = 1
	rankDashed      = 2
	rankFound       = 3
)

func (h *header) offer(value string, repeated bool, from *source) {
	if value == "" && !repeated || from.rank < h.rank() {
		return
	}
	if from.rank == h.rank() && value != h.value {
		value, repeated = "", true
	}
	*h = header{value, from, repeated}
}

func (h *header) rank() uint8 {
	if h.from == nil {
		return 0
	}
	return h.from.rank
}

// rankEvent is the rank of a client that an identity provider's event names.
const rankEvent = 1

// clientIssuer is who issued the token of the client.
func (s *Signals) clientIssuer() string {
	if client := &s.texts[textClient]; client.from != nil && client.from.rank == rankEvent {
		return s.texts[textEventIssuer].value
	}
	return s.texts[textIssuer].value
}

// settleSpelling forgets what says in the worse spelling who the gateway's
// consumer is: one gateway writes all of these headers in one way.
func (s *Signals) settleSpelling() {
	family := s.headers[:gatewayHeaders]
	dashed := false
	for i := range family {
		dashed = dashed || family[i].rank() == rankDashed
	}
	if !dashed {
		return
	}
	for i := range family {
		if family[i].rank() == rankUnderscored {
			family[i] = header{}
		}
	}
}

// boundWorkflow forgets ids and names that are too long.
func (s *Signals) boundWorkflow() {
	for i := headerWorkflow; i <= headerStep; i++ {
		if len(s.headers[i].value) > maxWorkflow {
			s.headers[i] = header{}
		}
	}
}

// maxWorkflow is how long an id or a name of a workflow may be, in bytes. Anybody
// sends them, and they are stored with every call.
const maxWorkflow = 256

// isAnonymous reports that the gateway itself says of a value in its header that
// it is nobody's.
func (s *Signals) isAnonymous(h *header) bool {
	anonymous := &s.headers[headerAnonymous]
	return h.rank() <= anonymous.rank() && strings.EqualFold(anonymous.value, "true")
}

// isRepeated reports that some header came twice with different values.
func (s *Signals) isRepeated() bool {
	if s.repeated {
		return true
	}
	for i := range headerCount {
		switch i {
		case headerAnonymous, headerRunID, headerStep: // name nobody
		default:
			if s.headers[i].repeated {
				return true
			}
		}
	}
	return false
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
	path := s.texts[textPath].value
	if path == "" {
		return s.texts[textRoute].value
	}
	path, _, _ = strings.Cut(path, "?")
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
	host, path := s.texts[textHost].value, s.texts[textPath].value
	if host != "" || strings.HasPrefix(path, "/") {
		return host
	}
	_, authority, _ := strings.Cut(path, "://")
	if end := strings.IndexAny(authority, "/?#"); end >= 0 {
		authority = authority[:end]
	}
	return authority[strings.LastIndexByte(authority, '@')+1:]
}

// addr parses the client's address, with or without a port.
func (s *Signals) addr() netip.Addr {
	address := s.texts[textAddress].value
	if addr, err := netip.ParseAddr(address); err == nil {
		return addr
	}
	withPort, _ := netip.ParseAddrPort(address)
	return withPort.Addr()
}

// subjectOfCall is the token's subject, if that is a user. A token whose subject
// is its own client was given to a program, not to a person.
func (s *Signals) subjectOfCall() string {
	subject, client := s.texts[textSubject].value, s.texts[textClient].value
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
	stated, subject := s.texts[textUser].value, s.subjectOfCall()
	switch {
	case stated == "":
		return subject, false
	case subject == "", subject == stated:
		return "", false
	case s.trust.Has(JWTClaim):
		return "", true
	case s.verified:
		return subject, true
	}
	return "", false
}
