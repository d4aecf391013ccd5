package kong

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

// requestID is Kong's own id of the request (since 3.5), or what its
// correlation-id plugin set.
func (e entry) requestID() string {
	request := e.child("request")
	return firstText(
		request.text("id"),
		e.child("response").child("headers").text("x-kong-request-id"),
		request.child("headers").text("x-kong-request-id"),
		e.text("correlation_id"),
	)
}

// setIDs takes trace and parent from the request's traceparent header, else the
// trace from Kong's trace_id. What is missing is derived from the request id, so
// that an entry sent again makes the same span.
func (e entry) setIDs(span ptrace.Span) {
	seed := e.requestID()
	if seed == "" {
		seed = string(e.raw)
	}
	spanHash := sha256.Sum256([]byte("kong span " + seed))
	span.SetSpanID(pcommon.SpanID(spanHash[:8]))

	headers := e.child("request").child("headers")
	traceID, parentID, hasParent := parseTraceparent(headers.text("traceparent"))
	logged := e.loggedTraceID()
	switch {
	case hasParent && (logged.IsEmpty() || logged == traceID):
		span.SetTraceID(traceID)
		span.SetParentSpanID(parentID)
	case !logged.IsEmpty():
		span.SetTraceID(logged)
	default:
		traceHash := sha256.Sum256([]byte("kong trace " + seed))
		span.SetTraceID(pcommon.TraceID(traceHash[:16]))
	}
}

// loggedTraceID reads trace_id, a map from propagation format to id
// ({"w3c": "…"}), or in old versions the id alone.
func (e entry) loggedTraceID() pcommon.TraceID {
	formats := e.child("trace_id")
	return parseTraceID(firstText(
		formats.text("w3c"),
		formats.text("b3"), formats.text("jaeger"), formats.text("ot"),
		e.text("trace_id"),
	))
}

// parseTraceID takes 32 hex digits, or 16 (padded, as B3 and Jaeger allow), or
// a UUID's dashes.
func parseTraceID(text string) pcommon.TraceID {
	text = strings.ReplaceAll(text, "-", "")
	if len(text) == 16 {
		text = strings.Repeat("0", 16) + text
	}
	var id pcommon.TraceID
	if len(text) == 32 {
		if _, err := hex.Decode(id[:], []byte(text)); err != nil {
			return pcommon.TraceID{}
		}
	}
	return id
}

// parseTraceparent reads a W3C traceparent, "00-<trace>-<parent>-<flags>".
func parseTraceparent(header string) (trace pcommon.TraceID, parent pcommon.SpanID, ok bool) {
	parts := strings.Split(strings.TrimSpace(header), "-")
	if len(parts) < 4 || len(parts[0]) != 2 || parts[0] == "ff" || len(parts[1]) != 32 || len(parts[2]) != 16 {
		return trace, parent, false
	}
	if _, err := hex.Decode(trace[:], []byte(parts[1])); err != nil {
		return pcommon.TraceID{}, parent, false
	}
	if _, err := hex.Decode(parent[:], []byte(parts[2])); err != nil {
		return pcommon.TraceID{}, pcommon.SpanID{}, false
	}
	return trace, parent, !trace.IsEmpty() && !parent.IsEmpty()
}
