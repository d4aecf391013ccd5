package accesslog

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/weir-otel/weir/internal/lowcode"
	"github.com/weir-otel/weir/receiver/intakereceiver/internal/jsonbody"
)

// Keys says in which keys of an entry an attribute is, the first that has a
// value counting. Besides attributes it has the names below.
//
//	Keys{"http.request.method": {"request_method", "method"}}
type Keys map[string][]string

// What an entry has besides attributes.
const (
	StartTime   = "start_time"
	EndTime     = "end_time"
	Duration    = "duration"
	TraceID     = "trace_id"
	SpanID      = "span_id"
	FullURL     = "url.full"     // scheme, host, path and query in one
	RequestLine = "request_line" // "GET /orders?page=2 HTTP/1.1"
	Claims      = "jwt.claims"   // an object of claims
	Traceparent = headerPrefix + "traceparent"
)

// structural are read by Read itself, with all their meaning; everything else in
// Keys is put as it is found.
var structural = []string{
	StartTime, EndTime, Duration, TraceID, SpanID, FullURL, RequestLine, Claims,
	"http.request.method", "http.response.status_code", "http.route", "url.path", "url.query", "server.address", "client.address",
	"http.request.size", "http.response.size", "http.request.body.size", "http.response.body.size",
	Traceparent, lowcode.KeyRequestID,
}

// With returns keys where the operator's own come first: from attribute to key.
func (k Keys) With(own map[string]string) Keys {
	merged := maps.Clone(k)
	for attribute, key := range own {
		merged[attribute] = append([]string{key}, k[attribute]...)
	}
	return merged
}

// Reader reads entries by their keys. It is immutable.
type Reader struct {
	keys   Keys
	unit   time.Duration // of Duration
	unique string        // in keys
	plain  []string      // attributes that are put as found, sorted
}

// NewReader prepares keys for reading. unit is that of the duration. unique names
// what, with the request's id, tells an entry from all others, where the id alone
// does not; else it is empty.
func NewReader(keys Keys, unit time.Duration, unique string) *Reader {
	r := &Reader{keys: keys, unit: unit, unique: unique}
	for attribute := range keys {
		if !slices.Contains(structural, attribute) {
			r.plain = append(r.plain, attribute)
		}
	}
	slices.Sort(r.plain)
	return r
}

// Read fills in the span of e.
func (r *Reader) Read(e *Entry) *jsonbody.Refusal {
	method, target := r.request(e)
	if method == "" {
		return &jsonbody.Refusal{Field: r.keys["http.request.method"][0], Reason: "is missing", Expected: `an HTTP method, e.g. "GET"`}
	}
	e.PutRequest(method)
	if refusal := e.PutStatus(r.keys["http.response.status_code"]...); refusal != nil {
		return refusal
	}
	if refusal := r.putTimes(e); refusal != nil {
		return refusal
	}
	e.PutRoute(r.text(e, "http.route"))
	r.putURL(e, target)
	e.PutClient(r.text(e, "client.address"))
	for _, side := range [...]string{"http.request.", "http.response."} {
		for _, size := range [...]string{side + "size", side + "body.size"} {
			e.PutSize(size, r.keys[size]...)
		}
	}
	for _, attribute := range r.plain {
		r.putPlain(e, attribute)
	}
	for _, key := range r.keys[Claims] {
		e.PutClaims(e.Child(key))
	}
	r.putIDs(e)
	return nil
}

func (r *Reader) text(e *Entry, attribute string) string {
	return e.Text(r.keys[attribute]...)
}

// request returns method and target, also out of a request line.
func (r *Reader) request(e *Entry) (method, target string) {
	method, target = r.text(e, "http.request.method"), r.text(e, "url.path")
	if line := strings.Fields(r.text(e, RequestLine)); len(line) > 1 {
		method, target = firstText(method, line[0]), firstText(target, line[1])
	}
	return method, target
}

// putURL puts path and query out of the target, the rest out of the full URL.
func (r *Reader) putURL(e *Entry, target string) {
	path, query, _ := strings.Cut(target, "?")
	if full := r.text(e, FullURL); full != "" {
		fullPath, fullQuery := e.PutURL(full)
		if path == "" {
			path, query = fullPath, fullQuery
		}
	}
	if host := r.text(e, "server.address"); host != "" {
		e.PutHost(host)
	}
	e.PutTarget(path, firstText(query, strings.TrimPrefix(r.text(e, "url.query"), "?")))
}

// putTimes sets start and end by two of start, end and duration; an entry with
// neither start nor end ended when it arrived.
func (r *Reader) putTimes(e *Entry) *jsonbody.Refusal {
	start, hasStart, refusal := e.Time(r.keys[StartTime]...)
	if refusal != nil {
		return refusal
	}
	end, hasEnd, refusal := e.Time(r.keys[EndTime]...)
	if refusal != nil {
		return refusal
	}
	took, _, refusal := e.Number(r.keys[Duration]...)
	if refusal != nil {
		return refusal
	}
	duration := time.Duration(min(max(took, 0)*float64(r.unit), maxDuration))
	switch {
	case hasStart:
		end = start.Add(duration)
	case hasEnd:
		start = notBefore1970(end.Add(-duration))
	default:
		end = e.Now()
		start = notBefore1970(end.Add(-duration))
	}
	e.PutTimes(start, end)
	return nil
}

// maxDuration keeps an end within what a timestamp can say.
const maxDuration = float64(365 * 24 * time.Hour)

func notBefore1970(t time.Time) time.Time {
	if t.Unix() < 0 {
		return time.Unix(0, 0)
	}
	return t
}

// putPlain puts a header as a list, anything else as it is found.
func (r *Reader) putPlain(e *Entry, attribute string) {
	key := e.FirstKey(r.keys[attribute]...)
	if key == "" {
		return
	}
	if name, isHeader := strings.CutPrefix(attribute, headerPrefix); isHeader {
		e.PutHeader(name, e.Texts(key)...)
		return
	}
	e.putValue(attribute, e.Object, key)
}

func (r *Reader) putIDs(e *Entry) {
	ids := IDs{
		Traceparent: r.text(e, Traceparent),
		Trace:       r.text(e, TraceID),
		Span:        r.text(e, SpanID),
		Request:     r.text(e, lowcode.KeyRequestID),
	}
	if ids.Request != "" && r.unique != "" {
		ids.Unique = ids.Request + " " + r.text(e, r.unique)
	}
	e.PutIDs(ids)
}
