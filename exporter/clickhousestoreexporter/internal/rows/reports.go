package rows

import (
	"encoding/binary"
	"math"

	"github.com/ClickHouse/ch-go/proto"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/weir-otel/weir/exporter/clickhousestoreexporter/internal/native"
	"github.com/weir-otel/weir/internal/lowcode"
)

// source ranks reports; the values are those of the table's enum.
type source int8

const (
	notAReport source = iota
	sourceEdge
	sourceGatewayLog
	sourceServer
	sourceClient
)

const sourceType proto.ColumnType = "Enum8('edge' = 1, 'gateway_log' = 2, 'server' = 3, 'client' = 4)"

// sourceOf says what a span reports, if anything: identity has marked edges
// and gateway logs, the rest follows from the kind. A client span counts only
// if it looks like an API call, so a database query does not.
func sourceOf(kind ptrace.SpanKind, f *facts) source {
	switch f.text(reportSource) {
	case lowcode.ReportEdge:
		return sourceEdge
	case lowcode.ReportGatewayLog:
		return sourceGatewayLog
	case lowcode.ReportServer:
		return sourceServer
	case lowcode.ReportClient:
		return sourceClient
	}
	switch kind {
	case ptrace.SpanKindServer, ptrace.SpanKindConsumer:
		return sourceServer
	case ptrace.SpanKindClient, ptrace.SpanKindProducer:
		if f.text(httpMethod, httpMethodOld, rpcMethod, mcpMethod, toolName) != "" {
			return sourceClient
		}
	}
	return notAReport
}

// reportColumns are the columns of table action_reports.
type reportColumns struct {
	block       native.Block
	bucket      native.Typed[*proto.ColUInt32]
	traceKey    proto.ColUInt64
	callKey     native.Strings
	source      native.Typed[*proto.ColInt8]
	timestamp   native.Typed[*proto.ColInt64]
	duration    proto.ColUInt64
	traceID     proto.ColFixedStr16
	spanID      proto.ColFixedStr8
	parentID    proto.ColFixedStr8
	service     *native.Dictionary
	status      *native.Dictionary // of the identity
	confidence  proto.ColFloat32
	vouched     proto.ColUInt8
	user        native.Strings
	expiresIn   proto.ColUInt32
	actorChain  *native.Array[*native.Strings]
	clientAS    proto.ColUInt32
	method      *native.Dictionary
	route       *native.Dictionary
	statusCode  proto.ColUInt16
	statusClass *native.Dictionary
	isError     proto.ColUInt8
	bytesIn     proto.ColUInt64
	bytesOut    proto.ColUInt64
	rows        proto.ColUInt64
	cost        proto.ColFloat64
	environment *native.Dictionary
	dryRun      proto.ColUInt8
	adjusted    proto.ColFloat64
	copies      *copies

	key []byte // scratch
}

func newReportColumns() *reportColumns {
	c := &reportColumns{
		bucket:      native.Typed[*proto.ColUInt32]{Name: dateTime, Values: &proto.ColUInt32{}},
		source:      native.Typed[*proto.ColInt8]{Name: sourceType, Values: &proto.ColInt8{}},
		timestamp:   native.Typed[*proto.ColInt64]{Name: dateTime64, Values: &proto.ColInt64{}},
		service:     native.NewDictionary(nil),
		status:      native.NewDictionary(nil),
		actorChain:  native.NewArray(&native.Strings{}),
		method:      native.NewDictionary(nil),
		route:       native.NewDictionary(nil),
		statusClass: native.NewDictionary(nil),
		environment: native.NewDictionary(nil),
		copies:      newCopies(),
	}
	c.block.Fields = append([]native.Field{
		{Name: "bucket", Column: &c.bucket},
		{Name: "trace_key", Column: &c.traceKey},
		{Name: "call_key", Column: &c.callKey},
		{Name: "source", Column: &c.source},
		{Name: "timestamp", Column: &c.timestamp},
		{Name: "duration_ns", Column: &c.duration},
		{Name: "trace_id", Column: &c.traceID},
		{Name: "span_id", Column: &c.spanID},
		{Name: "parent_span_id", Column: &c.parentID},
		{Name: "service_name", Column: c.service},
		{Name: "identity_status", Column: c.status},
		{Name: "identity_confidence", Column: &c.confidence},
		{Name: "vouched", Column: &c.vouched},
		{Name: "user_id", Column: &c.user},
		{Name: "token_expires_in", Column: &c.expiresIn},
		{Name: "actor_chain", Column: c.actorChain},
		{Name: "client_as", Column: &c.clientAS},
		{Name: "method", Column: c.method},
		{Name: "route", Column: c.route},
		{Name: "status_code", Column: &c.statusCode},
		{Name: "status_class", Column: c.statusClass},
		{Name: "is_error", Column: &c.isError},
		{Name: "bytes_in", Column: &c.bytesIn},
		{Name: "bytes_out", Column: &c.bytesOut},
		{Name: "rows", Column: &c.rows},
		{Name: "cost", Column: &c.cost},
		{Name: "environment", Column: c.environment},
		{Name: "dry_run", Column: &c.dryRun},
		{Name: "adjusted_count", Column: &c.adjusted},
	}, c.copies.fields...)
	return c
}

// report adds the span as a report of an API call. Its facts are at hand.
func (e *Encoder) report(s ptrace.Span, src source, start int64, duration uint64, res *resourceRow) {
	c, f := e.reports, &e.facts
	c.key = appendCallKey(c.key[:0], s, f)
	bucket := bucketOf(start)
	e.buckets[bucket] = struct{}{}

	*c.bucket.Values = append(*c.bucket.Values, bucket)
	c.traceKey = append(c.traceKey, traceKey(s.TraceID(), c.key))
	c.callKey.AppendBytes(c.key)
	*c.source.Values = append(*c.source.Values, int8(src))
	*c.timestamp.Values = append(*c.timestamp.Values, start)
	c.duration = append(c.duration, duration)
	c.traceID = append(c.traceID, s.TraceID())
	c.spanID = append(c.spanID, s.SpanID())
	c.parentID = append(c.parentID, s.ParentSpanID())
	c.service.Append(res.serviceName)
	c.adjusted = append(c.adjusted, e.sampling.of(s.TraceState().AsRaw(), f))
	c.appendIdentity(f)
	c.appendRequest(outcomeOf(s.Status().Code(), f), f, res)
	c.copies.append(f)
}

// appendIdentity adds who made the call.
func (c *reportColumns) appendIdentity(f *facts) {
	status := f.text(identityStatus)
	if status == "" {
		status = lowcode.StatusUnattributed
	}
	c.status.Append(status)
	confidence, _ := f.number(identityConfidence)
	c.confidence = append(c.confidence, float32(finite(confidence)))
	c.vouched = append(c.vouched, f.flag(identityVouched))
	c.user.Append(f.text(userID, userIDOld))
	c.expiresIn = append(c.expiresIn, number32(f, tokenExpiresIn))
	if f.has(actorChain) {
		for actor := range f.all(actorChain) {
			c.actorChain.Values.Append(actor)
		}
	}
	c.actorChain.End()
	c.clientAS = append(c.clientAS, number32(f, clientAS))
}

func number32(f *facts, id fact) uint32 {
	if !f.has(id) {
		return 0
	}
	return uint32(min(size(f, id), math.MaxUint32))
}

// appendRequest adds what was called, how it ended and what it moved.
func (c *reportColumns) appendRequest(out outcome, f *facts, res *resourceRow) {
	method, route := endpointOf(f)
	c.method.Append(method)
	c.route.Append(route)
	c.statusCode = append(c.statusCode, out.status)
	c.statusClass.Append(out.class)
	c.isError = append(c.isError, out.failure())
	c.bytesIn = append(c.bytesIn, size(f, requestSize, requestSizeOld))
	c.bytesOut = append(c.bytesOut, size(f, responseSize, responseSizeOld))
	c.rows = append(c.rows, size(f, requestRows))
	cost, _ := f.number(requestCost)
	c.cost = append(c.cost, finite(cost))
	environment := f.text(connectorEnvironment)
	if environment == "" {
		environment = res.environment
	}
	c.environment.Append(environment)
	c.dryRun = append(c.dryRun, f.flag(dryRun))
}

// appendCallKey names the API call that a span reports: trace id and id of the
// caller's client span, which for a server span is its parent and for a client
// span itself. Without a caller it is the gateway's request id, else the span.
func appendCallKey(dst []byte, s ptrace.Span, f *facts) []byte {
	trace, span, parent := s.TraceID(), s.SpanID(), s.ParentSpanID()
	serves := s.Kind() == ptrace.SpanKindServer || s.Kind() == ptrace.SpanKindConsumer
	if serves && !parent.IsEmpty() {
		dst = append(dst, trace[:]...)
		return append(dst, parent[:]...)
	}
	if parent.IsEmpty() {
		if id := f.text(requestID); id != "" {
			dst = append(dst, "req:"...)
			return append(dst, id...)
		}
	}
	if trace.IsEmpty() && span.IsEmpty() {
		// Nothing names it: its time has to.
		dst = append(dst, "at:"...)
		return binary.BigEndian.AppendUint64(dst, uint64(s.StartTimestamp()))
	}
	dst = append(dst, trace[:]...)
	return append(dst, span[:]...)
}
