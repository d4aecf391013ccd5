package audit

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"slices"
)

// SaltSize is the size of an event's salt, in bytes.
const SaltSize = 16

const (
	eventDomain = "weir/audit/event/v1\x00"
	idDomain    = "weir/audit/event-id/v1\x00"
)

// Event is what a row of table events says, apart from its salt, its digest and
// its segment.
type Event struct {
	Timestamp  int64 // unix ns, when it happened
	ReceivedAt int64 // unix ns, when the collector took it
	ID         string
	Kind       string // event name without "lowcode."
	Source     string // whose chain it is in: one collector
	Reporter   string // service.name of who told it
	TenantID   string
	Connector  string
	Actor      string // who did it
	Approver   string
	Subject    string // on whose behalf, or to whom
	Object     string // to what
	OldValue   string
	NewValue   string
	Rationale  string
	Decision   string
	Policy     string
	TokenID    string // jti
	RequestID  string
	Body       string
	TraceID    [16]byte
	SpanID     [8]byte
	Severity   uint8
	Vouched    bool // a trusted peer sent it
	Attributes []Attribute
}

// Attribute is what has no field of its own; values that are no text as JSON.
type Attribute struct{ Key, Value string }

// TextColumns are the columns of table events that hold the fields that Texts
// returns, in the same order.
var TextColumns = [...]string{
	"event_id", "kind", "source", "reporter", "tenant_id", "connector_id", "actor", "approver", "subject", "object",
	"old_value", "new_value", "rationale", "decision", "policy", "token_id", "request_id", "body",
}

// Texts are the event's fields that are text; which columns: TextColumns.
func (e *Event) Texts() [len(TextColumns)]*string {
	return [...]*string{
		&e.ID, &e.Kind, &e.Source, &e.Reporter, &e.TenantID, &e.Connector, &e.Actor, &e.Approver, &e.Subject, &e.Object,
		&e.OldValue, &e.NewValue, &e.Rationale, &e.Decision, &e.Policy, &e.TokenID, &e.RequestID, &e.Body,
	}
}

// Hasher makes digests of events; its memory is reused. It is not safe for
// concurrent use.
type Hasher struct{ buf []byte }

// Digest is what the chain holds of an event.
func (h *Hasher) Digest(salt [SaltSize]byte, e *Event) Sum {
	h.buf = append(append(h.buf[:0], eventDomain...), salt[:]...)
	h.buf = binary.BigEndian.AppendUint64(h.buf, uint64(e.ReceivedAt))
	h.buf = e.appendContent(h.buf)
	return sha256.Sum256(h.buf)
}

// ContentID is an id for an event that came without one: the same whenever and
// to whichever collector the same event is sent.
func (h *Hasher) ContentID(e *Event) string {
	// What is a collector's own, and the id itself, are no content.
	content := *e
	content.ID, content.Source = "", ""
	h.buf = content.appendContent(append(h.buf[:0], idDomain...))
	sum := sha256.Sum256(h.buf)
	return "content:" + hex.EncodeToString(sum[:16])
}

// appendContent writes the canonical form, without ReceivedAt. It sorts the
// attributes: their order in a Map column is ClickHouse's affair.
func (e *Event) appendContent(dst []byte) []byte {
	slices.SortStableFunc(e.Attributes, func(a, b Attribute) int {
		return cmp.Or(cmp.Compare(a.Key, b.Key), cmp.Compare(a.Value, b.Value))
	})
	dst = binary.BigEndian.AppendUint64(dst, uint64(e.Timestamp))
	for _, text := range e.Texts() {
		dst = appendText(dst, *text)
	}
	dst = append(append(dst, e.TraceID[:]...), e.SpanID[:]...)
	vouched := byte(0)
	if e.Vouched {
		vouched = 1
	}
	dst = append(dst, e.Severity, vouched)
	dst = binary.BigEndian.AppendUint64(dst, uint64(len(e.Attributes)))
	for _, a := range e.Attributes {
		dst = appendText(appendText(dst, a.Key), a.Value)
	}
	return dst
}
