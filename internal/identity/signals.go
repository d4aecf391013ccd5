package identity

import (
	"net/netip"

	"go.opentelemetry.io/collector/pdata/pcommon"
)

// signal is a value found on a record, and the evidence to state if it is used.
type signal struct {
	value    string
	evidence string // "method=attribute key", never the value
}

// named is a signal of a claim or header that the catalog lists.
type named struct {
	name string // canonical
	signal
}

// namedList keeps the first few by name, so that the order in which a sender
// wrote its attributes decides nothing.
type namedList struct {
	all   [4]named
	count int
}

func (l *namedList) add(item named) {
	at := l.count
	for at > 0 && l.all[at-1].name > item.name {
		at--
	}
	if at == len(l.all) {
		return
	}
	copy(l.all[at+1:], l.all[at:l.count])
	l.all[at] = item
	l.count = min(l.count+1, len(l.all))
}

// Signals is what one pass over a record's attributes finds. The zero value is
// a record without attributes.
type Signals struct {
	client     signal    // the OAuth client: azp, client_id, appid or cid
	subject    string    // claim sub
	consumers  [3]signal // the gateway's consumer: username, custom id, id
	credential signal
	workflow   signal
	// The same two as a decoder of this collector found them: these win.
	ownCredential, ownWorkflow signal
	runID                      string
	userAgent                  signal
	address                    signal

	claims, headers namedList

	anonymous bool // the gateway let the call in without a credential
	repeated  bool // a header of the gateway came twice with different values
	sdk       bool // a low-code SDK says so itself
	hasUser   bool

	// Facts of the call that Stamp needs.
	HasMethod   bool   // an HTTP method, an RPC method or a tool: an API call
	HasRoute    bool   // http.route or url.template
	Path        string // url.path, else the target or the full URL
	HasLowcode  bool   // some lowcode.* attribute
	Identified  bool   // lowcode.identity.status
	pathQuality uint8
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

// setGateway notes a value that a gateway may have written. One that came
// before in the other spelling (x_consumer_id) with another value makes it none:
// nobody can tell which of the two the client sent.
func (s *Signals) setGateway(into *signal, value pcommon.Value, evidence string) {
	text, repeated := single(value)
	if text != "" && into.evidence != "" && into.value != text {
		text, repeated = "", true
	}
	s.repeated = s.repeated || repeated
	if text != "" || repeated {
		*into = signal{text, evidence}
	}
}

// setClient keeps azp where a token has several of the client's claims.
func (s *Signals) setClient(value pcommon.Value, evidence string) {
	if s.client.value == "" {
		s.client = signal{value.Str(), evidence}
	}
}

// setUserAgent is for the places that only count if user_agent.original is absent.
func (s *Signals) setUserAgent(value pcommon.Value, evidence string) {
	if s.userAgent.value == "" {
		text, _ := single(value)
		s.userAgent = signal{text, evidence}
	}
}

func (s *Signals) setAddress(value pcommon.Value, evidence string) {
	if s.address.value == "" {
		s.address = signal{value.Str(), evidence}
	}
}

// setPath keeps the best of the attributes that hold a path.
func (s *Signals) setPath(value pcommon.Value, quality uint8) {
	if quality > s.pathQuality && value.Str() != "" {
		s.Path, s.pathQuality = value.Str(), quality
	}
}

// addr parses the client's address, with or without a port.
func (s *Signals) addr() netip.Addr {
	if addr, err := netip.ParseAddr(s.address.value); err == nil {
		return addr
	}
	withPort, _ := netip.ParseAddrPort(s.address.value)
	return withPort.Addr()
}

// UserID returns the subject of the token where the record names no user. A
// token whose subject is its own client was given to a program, not to a person.
func (s *Signals) UserID() string {
	if s.hasUser || s.subject == s.client.value {
		return ""
	}
	return s.subject
}
