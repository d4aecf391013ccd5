package rows

import (
	"crypto/rand"
	"fmt"

	"github.com/ClickHouse/ch-go/proto"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/weir-otel/weir/exporter/clickhousestoreexporter/internal/native"
	"github.com/weir-otel/weir/internal/audit"
	"github.com/weir-otel/weir/internal/lowcode"
)

// TableEvents holds the log records whose name is an audit event's.
const TableEvents = audit.TableEvents

// auditColumns are the columns of table events.
type auditColumns struct {
	block      native.Block
	timestamp  native.Typed[*proto.ColInt64]
	received   native.Typed[*proto.ColInt64]
	texts      [len(audit.TextColumns)]*native.Strings
	vouched    proto.ColBool
	traceID    proto.ColFixedStr16
	spanID     proto.ColFixedStr8
	severity   proto.ColUInt8
	attributes *textMap
	salt       proto.ColFixedStr16
	digest     proto.ColFixedStr32

	source  string // of all events: the collector
	hasher  audit.Hasher
	event   audit.Event // the one at hand
	issuer  string      // of its token
	clients [2]string   // who it names as user and as client
	each    func(string, pcommon.Value) bool
	scratch []byte
}

func newAuditColumns() *auditColumns {
	c := &auditColumns{
		timestamp:  native.Typed[*proto.ColInt64]{Name: dateTime64, Values: &proto.ColInt64{}},
		received:   native.Typed[*proto.ColInt64]{Name: dateTime64, Values: &proto.ColInt64{}},
		attributes: newTextMap(),
	}
	c.block.Fields = []native.Field{
		{Name: "timestamp", Column: &c.timestamp},
		{Name: "received_at", Column: &c.received},
	}
	for i, name := range audit.TextColumns {
		c.texts[i] = &native.Strings{}
		c.block.Fields = append(c.block.Fields, native.Field{Name: name, Column: c.texts[i]})
	}
	c.block.Fields = append(c.block.Fields,
		native.Field{Name: "vouched", Column: &c.vouched},
		native.Field{Name: "trace_id", Column: &c.traceID},
		native.Field{Name: "span_id", Column: &c.spanID},
		native.Field{Name: "severity", Column: &c.severity},
		native.Field{Name: "attributes", Column: c.attributes},
		native.Field{Name: "salt", Column: &c.salt},
		native.Field{Name: "digest", Column: &c.digest},
	)
	c.each = c.add
	return c
}

// record adds one audit event that arrived at now. The digest goes into the
// segment's record.
func (c *auditColumns) record(r plog.LogRecord, res *resourceRow, now int64) (audit.Sum, error) {
	observed, _ := storable(r.ObservedTimestamp(), now)
	at, clamped := storable(r.Timestamp(), observed)
	return c.append(r, audit.Event{
		Timestamp: at, ReceivedAt: min(now, latest), Source: c.source, Reporter: res.serviceName,
	}, clamped && r.Timestamp() != 0)
}

// append adds one row for r; event has what is not in r itself.
func (c *auditColumns) append(r plog.LogRecord, event audit.Event, clamped bool) (audit.Sum, error) {
	event.Attributes = c.event.Attributes[:0]
	event.Kind, event.Decision = audit.Kind(r.EventName()), audit.DecisionOf(r.EventName())
	event.TraceID, event.SpanID = r.TraceID(), r.SpanID()
	event.Severity = uint8(enumOf(int32(r.SeverityNumber()), int32(plog.SeverityNumberFatal4)))
	if r.Body().Type() != pcommon.ValueTypeEmpty {
		event.Body = c.text(r.Body())
	}
	c.event, c.issuer, c.clients = event, "", [2]string{}
	r.Attributes().Range(c.each)
	if clamped {
		c.event.Attributes = append(c.event.Attributes, audit.Attribute{Key: lowcode.KeyTimeClamped, Value: "true"})
	}
	c.complete()

	var salt [audit.SaltSize]byte
	if _, err := rand.Read(salt[:]); err != nil {
		return audit.Sum{}, fmt.Errorf("cannot salt an audit event: %w", err)
	}
	digest := c.hasher.Digest(salt, &c.event)
	c.put(salt, digest)
	return digest, nil
}

// put appends the event at hand to the columns.
func (c *auditColumns) put(salt [audit.SaltSize]byte, digest audit.Sum) {
	*c.timestamp.Values = append(*c.timestamp.Values, c.event.Timestamp)
	*c.received.Values = append(*c.received.Values, c.event.ReceivedAt)
	for i, text := range c.event.Texts() {
		c.texts[i].Append(*text)
	}
	c.vouched = append(c.vouched, c.event.Vouched)
	c.traceID = append(c.traceID, c.event.TraceID)
	c.spanID = append(c.spanID, c.event.SpanID)
	c.severity = append(c.severity, c.event.Severity)
	for _, a := range c.event.Attributes {
		c.attributes.Keys.Append(a.Key)
		c.attributes.Values.Append(a.Value)
	}
	c.attributes.End()
	c.salt = append(c.salt, salt)
	c.digest = append(c.digest, digest)
}

// add reads one attribute: into its column, or into the map.
func (c *auditColumns) add(key string, v pcommon.Value) bool {
	text := c.text(v)
	switch key {
	case lowcode.KeyIdentityVouched:
		c.event.Vouched = v.Type() == pcommon.ValueTypeBool && v.Bool()
		return true
	case lowcode.KeyTokenIssuer:
		c.issuer = text
	case "user.id":
		c.clients[0] = text
	case lowcode.KeyTokenClientID:
		c.clients[1] = text
	}
	if field := c.field(key); field != nil {
		*field = text
		return true
	}
	c.event.Attributes = append(c.event.Attributes, audit.Attribute{Key: key, Value: text})
	return true
}

// field is where an attribute's text goes, nil for one without a column.
func (c *auditColumns) field(key string) *string {
	switch key {
	case lowcode.KeyEventID:
		return &c.event.ID
	case lowcode.KeyEventActor:
		return &c.event.Actor
	case lowcode.KeyEventApprover:
		return &c.event.Approver
	case lowcode.KeyEventSubject:
		return &c.event.Subject
	case lowcode.KeyEventObject:
		return &c.event.Object
	case lowcode.KeyEventOldValue:
		return &c.event.OldValue
	case lowcode.KeyEventNewValue:
		return &c.event.NewValue
	case lowcode.KeyEventRationale:
		return &c.event.Rationale
	case lowcode.KeyPolicyDecision:
		return &c.event.Decision
	case lowcode.KeyPolicyName:
		return &c.event.Policy
	case lowcode.KeyTenantID:
		return &c.event.TenantID
	case lowcode.KeyConnectorID:
		return &c.event.Connector
	case lowcode.KeyTokenID:
		return &c.event.TokenID
	case lowcode.KeyRequestID:
		return &c.event.RequestID
	default:
		return nil
	}
}

// complete fills in who did it and for whom, where only the usual attributes
// say so, and an id that is the same when the event comes again.
func (c *auditColumns) complete() {
	e := &c.event
	user, client := c.clients[0], c.clients[1]
	if e.Subject == "" {
		e.Subject = user
	}
	if e.Actor == "" && user != "" {
		e.Actor = user
	} else if e.Actor == "" {
		e.Actor = client
	}
	switch {
	case e.ID != "":
	case e.TokenID != "" && c.isTokenEvent():
		e.ID = "jti:" + c.issuer + ":" + e.TokenID
	default:
		e.ID = c.hasher.ContentID(e)
	}
}

// isTokenEvent says whether the event is about its token, not just with it.
func (c *auditColumns) isTokenEvent() bool {
	return c.event.Kind == audit.Kind(lowcode.EventTokenGranted) || c.event.Kind == audit.Kind(lowcode.EventTokenExchanged)
}

func (c *auditColumns) text(v pcommon.Value) string {
	if v.Type() == pcommon.ValueTypeStr {
		return v.Str()
	}
	c.scratch = appendText(c.scratch[:0], v)
	return string(c.scratch)
}
