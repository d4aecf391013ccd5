// Package kong turns the access-log entries of Kong Gateway's http-log plugin
// into spans: one SERVER span a request.
//
// The shape is that of Kong's pdk.log.serialize (kong/pdk/log.lua), from Kong 2
// to 3.15. Kong encodes an empty Lua table as {} or [], may leave out any part
// it does not know (no consumer, no route, no service), and writes -1 for a
// latency it did not measure; all of this is taken. What an entry must have is
// `request` with a method; a field that is needed and has the wrong type is
// refused with its path.
//
// What vouches for the caller is the entry's `consumer` and
// `authenticated_entity`, which Kong itself fills in. The X-Consumer-* request
// headers say the same to the upstream; but where no plugin authenticated the
// request they are whatever the client sent. So they are taken from those
// objects only, and dropped otherwise.
package kong

import (
	"bytes"
	"encoding/json"
	"time"

	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/weir-otel/weir/receiver/intakereceiver/internal/jsonbody"
)

// ScopeName is the instrumentation scope of the spans.
const ScopeName = "github.com/weir-otel/weir/receiver/intakereceiver/kong"

// Options says what the entries themselves do not.
type Options struct {
	ServiceName string    // resource attribute service.name
	Environment string    // resource attribute deployment.environment.name; empty = none
	Now         time.Time // time of arrival: the end of an entry without started_at
	UserHeader  string    // request header that Kong itself sets to the user, lower case; empty = none
}

// Decode returns a span for every usable entry of body, in order, and why the
// others were refused. The error is not nil only if nothing could be read.
func Decode(body []byte, opts Options) (ptrace.Traces, []jsonbody.Refusal, error) {
	td := ptrace.NewTraces()
	records, refused, err := jsonbody.Split(body)
	if err != nil || len(records) == 0 {
		return td, refused, err
	}
	rs := td.ResourceSpans().AppendEmpty()
	rs.Resource().Attributes().PutStr("service.name", opts.ServiceName)
	if opts.Environment != "" {
		rs.Resource().Attributes().PutStr("deployment.environment.name", opts.Environment)
	}
	scope := rs.ScopeSpans().AppendEmpty()
	scope.Scope().SetName(ScopeName)
	scope.Spans().EnsureCapacity(len(records))
	for _, record := range records {
		entry, refusal := parse(record.Raw)
		if refusal == nil {
			span := ptrace.NewSpan()
			if refusal = entry.span(span, opts); refusal == nil {
				span.MoveTo(scope.Spans().AppendEmpty())
				continue
			}
		}
		refusal.Index = record.Index
		refused = append(refused, *refusal)
	}
	return td, refused, nil
}

// entry is one access-log entry. Its raw bytes make ids for an entry that has none.
type entry struct {
	object
	raw []byte
}

func parse(raw []byte) (entry, *jsonbody.Refusal) {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber() // started_at_ns has more digits than a float64
	var fields map[string]any
	if err := dec.Decode(&fields); err != nil || fields == nil {
		return entry{}, &jsonbody.Refusal{Reason: "is not a JSON object", Expected: "one Kong http-log entry"}
	}
	return entry{object: fields, raw: raw}, nil
}
