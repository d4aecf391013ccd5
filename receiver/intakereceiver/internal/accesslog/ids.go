package accesslog

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/weir-otel/weir/internal/lowcode"
)

// IDs is what an entry has of ids, as it was written; all may be empty.
type IDs struct {
	Traceparent string // the request's header
	Trace       string // the trace that the gateway logged
	Span        string // the gateway's own span
	Request     string // what the gateway calls the request
	Unique      string // what the gateway tells its entries apart by; empty: Request
}

// PutIDs takes trace and parent from the request's traceparent, else the trace
// that the gateway logged; and its own span. What is missing is derived, so that
// an entry that is sent again makes the same span.
func (e *Entry) PutIDs(ids IDs) {
	e.PutText(lowcode.KeyRequestID, ids.Request)
	seed := []byte(firstText(ids.Unique, ids.Request))
	if len(seed) == 0 {
		seed = e.decoder.seed(e.Object)
	}
	spanID, ok := parseSpanID(ids.Span)
	if !ok {
		hash := e.derived(" span ", seed)
		copy(spanID[:], hash)
	}
	e.span.SetSpanID(spanID)

	traceID, parentID, hasParent := parseTraceparent(ids.Traceparent)
	logged := parseTraceID(ids.Trace)
	switch {
	case hasParent && (logged.IsEmpty() || logged == traceID):
		e.span.SetTraceID(traceID)
		if parentID != spanID {
			e.span.SetParentSpanID(parentID)
		}
	case !logged.IsEmpty():
		e.span.SetTraceID(logged)
	default:
		hash := e.derived(" trace ", seed)
		copy(traceID[:], hash)
		e.span.SetTraceID(traceID)
	}
}

func (e *Entry) derived(kind string, seed []byte) []byte {
	hash := sha256.Sum256(append([]byte(e.decoder.Name+kind), seed...))
	return hash[:]
}

// parseTraceID takes 32 hex digits, or 16 (padded, as B3 and Jaeger allow), a
// UUID's dashes, or the form of AWS X-Ray: Root=1-5759e988-bd862e3fe1be46a994272793;…
func parseTraceID(text string) pcommon.TraceID {
	if root, isXRay := strings.CutPrefix(text, "Root="); isXRay {
		text, _, _ = strings.Cut(root, ";")
	}
	text = strings.ReplaceAll(strings.TrimPrefix(text, "1-"), "-", "")
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

func parseSpanID(text string) (id pcommon.SpanID, ok bool) {
	if len(text) != 16 {
		return id, false
	}
	if _, err := hex.Decode(id[:], []byte(text)); err != nil {
		return pcommon.SpanID{}, false
	}
	return id, !id.IsEmpty()
}

// parseTraceparent reads a W3C traceparent, "00-<trace>-<parent>-<flags>".
func parseTraceparent(header string) (trace pcommon.TraceID, parent pcommon.SpanID, ok bool) {
	parts := strings.Split(strings.TrimSpace(header), "-")
	if len(parts) < 4 || len(parts[0]) != 2 || parts[0] == "ff" || len(parts[1]) != 32 {
		return trace, parent, false
	}
	if _, err := hex.Decode(trace[:], []byte(parts[1])); err != nil {
		return pcommon.TraceID{}, parent, false
	}
	parent, ok = parseSpanID(parts[2])
	return trace, parent, ok && !trace.IsEmpty()
}
