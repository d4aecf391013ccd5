package rows

import (
	"encoding/binary"

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
	block      native.Block
	bucket     native.Typed[*proto.ColUInt32]
	traceKey   proto.ColUInt64
	callKey    native.Strings
	source     native.Typed[*proto.ColInt8]
	timestamp  native.Typed[*proto.ColInt64]
	duration   proto.ColUInt64
	traceID    proto.ColFixedStr16
	spanID     proto.ColFixedStr8
	parentID   proto.ColFixedStr8
	workflow   native.Strings
	user       native.Strings
	credential native.Strings
	confidence proto.ColFloat32
	status     proto.ColUInt16
	isError    proto.ColUInt8
	bytesIn    proto.ColUInt64
	bytesOut   proto.ColUInt64
	cost       proto.ColFloat64
	dryRun     proto.ColUInt8
	adjusted   proto.ColFloat64

	service, tenant, connector, connectorName, platform       *native.Dictionary
	identityStatus, identityMethod, reason, revision          *native.Dictionary
	method, route, statusClass, classification, environmentOf *native.Dictionary

	key []byte // scratch
}

func newReportColumns() *reportColumns {
	c := &reportColumns{
		bucket:    native.Typed[*proto.ColUInt32]{Name: dateTime, Values: &proto.ColUInt32{}},
		source:    native.Typed[*proto.ColInt8]{Name: sourceType, Values: &proto.ColInt8{}},
		timestamp: native.Typed[*proto.ColInt64]{Name: dateTime64, Values: &proto.ColInt64{}},
	}
	c.block.Fields = []native.Field{
		{Name: "bucket", Column: &c.bucket},
		{Name: "trace_key", Column: &c.traceKey},
		{Name: "call_key", Column: &c.callKey},
		{Name: "source", Column: &c.source},
		{Name: "timestamp", Column: &c.timestamp},
		{Name: "duration_ns", Column: &c.duration},
		{Name: "trace_id", Column: &c.traceID},
		{Name: "span_id", Column: &c.spanID},
		{Name: "parent_span_id", Column: &c.parentID},
		{Name: "workflow_id", Column: &c.workflow},
		{Name: "user_id", Column: &c.user},
		{Name: "credential_id", Column: &c.credential},
		{Name: "identity_confidence", Column: &c.confidence},
		{Name: "status_code", Column: &c.status},
		{Name: "is_error", Column: &c.isError},
		{Name: "bytes_in", Column: &c.bytesIn},
		{Name: "bytes_out", Column: &c.bytesOut},
		{Name: "cost", Column: &c.cost},
		{Name: "dry_run", Column: &c.dryRun},
		{Name: "adjusted_count", Column: &c.adjusted},
	}
	for _, d := range []struct {
		name   string
		column **native.Dictionary
	}{
		{"service_name", &c.service},
		{"tenant_id", &c.tenant},
		{"connector_id", &c.connector},
		{"connector_name", &c.connectorName},
		{"platform_name", &c.platform},
		{"identity_status", &c.identityStatus},
		{"identity_method", &c.identityMethod},
		{"unattributed_reason", &c.reason},
		{"catalog_revision", &c.revision},
		{"method", &c.method},
		{"route", &c.route},
		{"status_class", &c.statusClass},
		{"data_classification", &c.classification},
		{"environment", &c.environmentOf},
	} {
		*d.column = native.NewDictionary(nil)
		c.block.Fields = append(c.block.Fields, native.Field{Name: d.name, Column: *d.column})
	}
	return c
}

// report adds the span as a report of an API call. Its facts are at hand.
func (e *Encoder) report(s ptrace.Span, src source, start int64, duration uint64, res *resourceRow) {
	c, f := e.reports, &e.facts
	c.key = appendCallKey(c.key[:0], s, f)
	bucket := bucketOf(start)
	e.buckets[bucket] = struct{}{}
	out := outcomeOf(s.Status().Code(), f)

	*c.bucket.Values = append(*c.bucket.Values, bucket)
	c.traceKey = append(c.traceKey, traceKey(s.TraceID(), c.key))
	c.callKey.AppendBytes(c.key)
	*c.source.Values = append(*c.source.Values, int8(src))
	*c.timestamp.Values = append(*c.timestamp.Values, start)
	c.duration = append(c.duration, duration)
	c.traceID = append(c.traceID, s.TraceID())
	c.spanID = append(c.spanID, s.SpanID())
	c.parentID = append(c.parentID, s.ParentSpanID())
	c.workflow.Append(f.text(workflowID))
	c.user.Append(f.text(userID, userIDOld))
	c.credential.Append(f.text(credentialID))
	confidence, _ := f.number(identityConfidence)
	c.confidence = append(c.confidence, float32(confidence))
	c.status = append(c.status, out.status)
	c.isError = append(c.isError, flag(out.failed))
	c.bytesIn = append(c.bytesIn, size(f, requestSize, requestSizeOld))
	c.bytesOut = append(c.bytesOut, size(f, responseSize, responseSizeOld))
	cost, _ := f.number(requestCost)
	c.cost = append(c.cost, finite(cost))
	dry, _ := f.number(dryRun)
	c.dryRun = append(c.dryRun, flag(dry != 0))
	c.adjusted = append(c.adjusted, e.sampling.of(s.TraceState().AsRaw()))

	c.service.Append(res.serviceName)
	e.reportIdentity(res)
	method, route := endpointOf(f)
	c.method.Append(method)
	c.route.Append(route)
	c.statusClass.Append(out.class)
	c.classification.Append(f.text(classification))
}

func (e *Encoder) reportIdentity(res *resourceRow) {
	c, f := e.reports, &e.facts
	c.tenant.Append(f.text(tenantID))
	c.connector.Append(f.text(connectorID))
	c.connectorName.Append(f.text(connectorName))
	c.platform.Append(f.text(platformName))
	status := f.text(identityStatus)
	if status == "" {
		status = lowcode.StatusUnattributed
	}
	c.identityStatus.Append(status)
	c.identityMethod.Append(f.text(identityMethod))
	c.reason.Append(f.text(unattributedReason))
	c.revision.Append(f.text(catalogRevision))
	environment := f.text(connectorEnvironment)
	if environment == "" {
		environment = res.environment
	}
	c.environmentOf.Append(environment)
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

func flag(b bool) uint8 {
	if b {
		return 1
	}
	return 0
}
