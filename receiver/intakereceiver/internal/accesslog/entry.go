package accesslog

import (
	"encoding/json"
	"maps"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/weir-otel/weir/receiver/intakereceiver/internal/fields"
	"github.com/weir-otel/weir/receiver/intakereceiver/internal/jsonbody"
)

// Entry is one request in the log, and the span that is made of it.
type Entry struct {
	fields.Object
	span    ptrace.Span
	decoder *decoder
}

// Now is when the entry arrived.
func (e *Entry) Now() time.Time { return e.decoder.now }

// PutRequest makes the entry's span one of a request with this method.
func (e *Entry) PutRequest(method string) {
	method = strings.ToUpper(method)
	e.span.SetKind(ptrace.SpanKindServer)
	e.span.SetName(method)
	e.span.Attributes().PutStr("http.request.method", method)
}

// PutRoute names the span by its route, too.
func (e *Entry) PutRoute(route string) {
	if route != "" {
		e.span.Attributes().PutStr("http.route", route)
		e.span.SetName(e.span.Name() + " " + route)
	}
}

// PutTimes sets start and end.
func (e *Entry) PutTimes(start, end time.Time) {
	e.span.SetStartTimestamp(pcommon.NewTimestampFromTime(start))
	e.span.SetEndTimestamp(pcommon.NewTimestampFromTime(end))
}

// PutStatus reads the status of the answer; 0 is none, as gateways write it
// where the client was gone first.
func (e *Entry) PutStatus(keys ...string) *jsonbody.Refusal {
	status, present, refusal := e.Whole(keys...)
	if refusal != nil || !present || status == 0 {
		return refusal
	}
	if status < 100 || status > 999 {
		return &jsonbody.Refusal{Field: e.FirstKey(keys...), Reason: "is no HTTP status", Expected: "a number from 100 to 599"}
	}
	e.span.Attributes().PutInt("http.response.status_code", status)
	if status >= 500 { // for a server span, 4xx is the caller's error
		e.span.Status().SetCode(ptrace.StatusCodeError)
	}
	return nil
}

// PutURL puts the parts of a full URL, but for its path and query, which it
// returns.
func (e *Entry) PutURL(full string) (path, query string) {
	parsed, err := url.Parse(full)
	if err != nil {
		return "", ""
	}
	e.PutText("url.scheme", parsed.Scheme)
	e.PutHost(parsed.Host)
	return parsed.EscapedPath(), parsed.RawQuery
}

// PutHost puts the name of the host that was called, and its port if there is one.
func (e *Entry) PutHost(host string) {
	parsed := url.URL{Host: host}
	e.PutText("server.address", parsed.Hostname())
	if port, err := strconv.ParseUint(parsed.Port(), 10, 16); err == nil {
		e.span.Attributes().PutInt("server.port", int64(port))
	}
}

// PutTarget puts path and query. The query is kept for redact to clean.
func (e *Entry) PutTarget(path, query string) {
	e.PutText("url.path", path)
	e.PutText("url.query", query)
}

// PutClient puts the address of the client, without its port. What is no address
// is not put.
func (e *Entry) PutClient(address string) {
	if addr, err := netip.ParseAddr(strings.Trim(address, "[]")); err == nil {
		e.PutText("client.address", addr.Unmap().String())
	} else if withPort, err := netip.ParseAddrPort(address); err == nil {
		e.PutText("client.address", withPort.Addr().Unmap().String())
	}
}

// PutText puts an attribute that is a text, unless it is empty.
func (e *Entry) PutText(key, value string) {
	if value != "" {
		e.span.Attributes().PutStr(key, value)
	}
}

// PutSize puts a number of bytes, if it is known.
func (e *Entry) PutSize(key string, keys ...string) {
	if n, known := e.Size(keys...); known {
		e.span.Attributes().PutInt(key, n)
	}
}

// PutCode puts the number of an error; 0 is none.
func (e *Entry) PutCode(key string, keys ...string) {
	if code, present, refusal := e.Whole(keys...); present && refusal == nil && code != 0 {
		e.span.Attributes().PutInt(key, code)
	}
}

// PutHeader puts a request header, which is a list.
func (e *Entry) PutHeader(name string, values ...string) {
	putList(e.span.Attributes(), headerPrefix+name, values)
}

// PutClaims puts the claims of a token that the gateway checked, as
// jwt.claims.<name>: a list as one, an object (such as act) as JSON.
func (e *Entry) PutClaims(claims fields.Object) {
	names := slices.Sorted(maps.Keys(claims))
	for _, name := range names[:min(len(names), maxClaims)] {
		e.putValue(claimPrefix+name, claims, name)
	}
}

// PutMessageSizes puts total and body sizes of the request or response of that
// name, an object with size and headers. The total has the headers in it; the
// body's size is the content-length where there is one, and otherwise, for a
// body of unknown length, the total, which is at most some hundred bytes off.
func (e *Entry) PutMessageSizes(side string) {
	message := e.Child(side)
	headers := message.Child("headers")
	total, hasTotal := message.Size("size")
	if hasTotal {
		e.span.Attributes().PutInt("http."+side+".size", total)
	}
	body, hasBody := headers.Size("content-length")
	switch {
	case hasBody && hasTotal:
		body = min(body, total) // a HEAD's or 304's content-length was not sent
	case hasBody:
	case hasTotal && (side == "response" || headers.Text("transfer-encoding") != ""):
		body = total
	default:
		return // a request without either header has no body
	}
	e.span.Attributes().PutInt("http."+side+".body.size", body)
}

const (
	claimPrefix = "jwt.claims."
	maxClaims   = 64
)

// putValue puts what is under name in o as an attribute of the same shape.
func (e *Entry) putValue(attribute string, o fields.Object, name string) {
	if child := o.Child(name); child != nil {
		content, _ := json.Marshal(child) // was parsed from JSON
		e.PutText(attribute, string(content))
		return
	}
	if text := o.Text(name); text != "" {
		e.PutText(attribute, text)
		return
	}
	putList(e.span.Attributes(), attribute, o.Texts(name))
}

func putList(attributes pcommon.Map, key string, values []string) {
	if len(values) == 0 || values[0] == "" {
		return
	}
	list := attributes.PutEmptySlice(key)
	list.EnsureCapacity(len(values))
	for _, value := range values {
		list.AppendEmpty().SetStr(value)
	}
}

func firstText(candidates ...string) string {
	for _, candidate := range candidates {
		if candidate != "" {
			return candidate
		}
	}
	return ""
}
