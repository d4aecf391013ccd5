// Package accesslog makes spans of the entries of a gateway's access log: one
// SERVER span a request, by the semantic conventions for HTTP. What one gateway
// calls the things is a Format; everything else is here.
//
// Identity is taken only from what the gateway itself says of the caller. A
// request header that says the same (X-Consumer-Username, say) is whatever the
// client sent unless the gateway overwrites it, so it is dropped unless the
// Format vouches for it.
package accesslog

import (
	"crypto/sha256"
	"encoding/json"
	"time"

	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/weir-otel/weir/receiver/intakereceiver/internal/fields"
	"github.com/weir-otel/weir/receiver/intakereceiver/internal/jsonbody"
)

// scopePrefix and a format's name are the instrumentation scope of its spans.
const scopePrefix = "github.com/weir-otel/weir/receiver/intakereceiver/"

// Options say what the entries themselves do not.
type Options struct {
	ServiceName string    // resource attribute service.name
	Environment string    // resource attribute deployment.environment.name; empty = none
	Now         time.Time // time of arrival: the end of an entry without a time
}

// Format is how one gateway writes its log.
type Format struct {
	Name     string // e.g. "kong"; derived ids are made with it, so it stays
	Expected string // what an entry is, for what is none: "one Kong http-log entry"

	// Unwrap returns the entries of a record that is an envelope, and why some of
	// them cannot be read. Without it a record is an entry.
	Unwrap func(record fields.Object) ([]fields.Object, []jsonbody.Refusal)

	// Read fills in the entry's span, or says what is wrong with it.
	Read func(*Entry) *jsonbody.Refusal
}

// Decode returns a span for every usable entry of body, in order, and why the
// others were refused. The error is not nil only if nothing could be read.
func (f *Format) Decode(body []byte, opts Options) (ptrace.Traces, []jsonbody.Refusal, error) {
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
	scope.Scope().SetName(scopePrefix + f.Name)
	d := decoder{Format: f, now: opts.Now, spans: scope.Spans(), refused: refused, repeats: map[[sha256.Size]byte]uint64{}}
	for _, record := range records {
		if err := d.record(record); err != nil {
			return ptrace.NewTraces(), nil, err
		}
	}
	return td, d.refused, nil
}

// decoder makes the spans of one body.
type decoder struct {
	*Format
	now     time.Time
	spans   ptrace.SpanSlice
	refused []jsonbody.Refusal
	repeats map[[sha256.Size]byte]uint64 // of entries without an id: how often each was there
}

func (d *decoder) record(record jsonbody.Record) error {
	object, ok := fields.Parse(record.Raw)
	switch {
	case !ok:
		d.refused = append(d.refused, jsonbody.Refusal{Index: record.Index, Reason: "is not a JSON object", Expected: d.Expected})
	case d.Unwrap == nil:
		d.entry(record.Index, object)
	default:
		entries, refused := d.Unwrap(object)
		if len(entries) > jsonbody.MaxRecords {
			return jsonbody.ErrTooMany
		}
		for i, entry := range entries {
			d.entry(record.Index+i, entry)
		}
		for _, refusal := range refused {
			refusal.Index += record.Index
			d.refused = append(d.refused, refusal)
		}
	}
	if d.spans.Len()+len(d.refused) > jsonbody.MaxRecords {
		return jsonbody.ErrTooMany
	}
	return nil
}

func (d *decoder) entry(index int, object fields.Object) {
	e := Entry{Object: object, span: ptrace.NewSpan(), decoder: d}
	if refusal := d.Read(&e); refusal != nil {
		refusal.Index = index
		d.refused = append(d.refused, *refusal)
		return
	}
	e.span.MoveTo(d.spans.AppendEmpty())
}

// seed names an entry that has no id of its own by all that is in it. The same
// line twice in one body is two requests, in a body that is sent again the same
// two.
func (d *decoder) seed(object fields.Object) []byte {
	content, _ := json.Marshal(object) // was parsed from JSON; keys come out sorted
	hash := sha256.Sum256(content)
	d.repeats[hash]++
	if n := d.repeats[hash]; n > 1 {
		return append(hash[:], byte(n>>24), byte(n>>16), byte(n>>8), byte(n))
	}
	return hash[:]
}
