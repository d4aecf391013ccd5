package kong

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"

	"github.com/weir-otel/weir/internal/lowcode"
	"github.com/weir-otel/weir/receiver/intakereceiver/internal/jsonbody"
)

// span fills in one SERVER span by the semantic conventions for HTTP.
func (e entry) span(span ptrace.Span, opts Options) *jsonbody.Refusal {
	request := e.child("request")
	if request == nil {
		return &jsonbody.Refusal{Field: "request", Reason: "is missing", Expected: "an object: is this Kong's http-log of an HTTP route?"}
	}
	method := strings.ToUpper(request.text("method"))
	if method == "" {
		return &jsonbody.Refusal{Field: "request.method", Reason: "is missing", Expected: "an HTTP method, e.g. \"GET\""}
	}
	status, hasStatus, refusal := e.child("response").whole("status", "response.status")
	if refusal != nil {
		return refusal
	}
	if hasStatus && (status < 100 || status > 999) {
		return &jsonbody.Refusal{Field: "response.status", Reason: "is no HTTP status", Expected: "a number from 100 to 599"}
	}
	start, end, refusal := e.times(opts.Now)
	if refusal != nil {
		return refusal
	}

	span.SetKind(ptrace.SpanKindServer)
	span.SetStartTimestamp(pcommon.NewTimestampFromTime(start))
	span.SetEndTimestamp(pcommon.NewTimestampFromTime(end))
	e.setIDs(span)

	attrs := span.Attributes()
	attrs.PutStr("http.request.method", method)
	if hasStatus {
		attrs.PutInt("http.response.status_code", status)
		if status >= 500 { // for a server span, 4xx is the caller's error
			span.Status().SetCode(ptrace.StatusCodeError)
		}
	}
	path := e.setURL(attrs)
	span.SetName(method)
	if route := e.routeTemplate(path); route != "" {
		attrs.PutStr("http.route", route)
		span.SetName(method + " " + route)
	}
	e.setSizes(attrs)
	e.setHeaders(attrs)
	e.setIdentity(attrs, opts.UserHeader)
	putText(attrs, "kong.service.name", e.child("service").text("name"))
	putText(attrs, "kong.route.name", e.child("route").text("name"))
	putText(attrs, "kong.workspace.name", e.text("workspace_name"))
	putText(attrs, "kong.response.source", e.text("source")) // kong itself, or the upstream
	return nil
}

// maxMillis is the last millisecond that fits into a span's timestamp.
const maxMillis = int64(1<<63-1) / int64(time.Millisecond)

// times returns start and end. latencies.request is -1 where Kong did not
// measure it: then the parts that were measured count.
func (e entry) times(now time.Time) (start, end time.Time, refusal *jsonbody.Refusal) {
	started, hasStart, refusal := e.whole("started_at", "started_at")
	if refusal != nil {
		return start, end, refusal
	}
	if hasStart && (started < 0 || started > maxMillis) {
		return start, end, &jsonbody.Refusal{Field: "started_at", Reason: "is out of range", Expected: "milliseconds since 1970"}
	}
	latencies := e.child("latencies")
	millis, known, refusal := latencies.whole("request", "latencies.request")
	if refusal != nil {
		return start, end, refusal
	}
	if !known || millis < 0 {
		kong, _ := latencies.size("kong")
		proxy, _ := latencies.size("proxy")
		receive, _ := latencies.size("receive")
		millis = min(kong, maxMillis/4) + min(proxy, maxMillis/4) + min(receive, maxMillis/4)
	}
	if !hasStart {
		millis = min(millis, now.UnixMilli())
		return now.Add(-time.Duration(millis) * time.Millisecond), now, nil
	}
	millis = min(millis, maxMillis-started)
	return time.UnixMilli(started), time.UnixMilli(started + millis), nil
}

// setURL puts the path without its query, the query, scheme and host, and
// returns the path. The query is kept for redact to clean.
func (e entry) setURL(attrs pcommon.Map) string {
	request := e.child("request")
	path, query, _ := strings.Cut(request.text("uri"), "?")
	if full, err := url.Parse(request.text("url")); err == nil {
		if path == "" {
			path, query = full.EscapedPath(), full.RawQuery
		}
		putText(attrs, "url.scheme", full.Scheme)
		putText(attrs, "server.address", full.Hostname())
		if port, err := strconv.Atoi(full.Port()); err == nil {
			attrs.PutInt("server.port", int64(port))
		}
	}
	if query == "" {
		query = encodeQuery(request.child("querystring"))
	}
	putText(attrs, "url.path", path)
	putText(attrs, "url.query", query)
	return path
}

// encodeQuery writes Kong's parsed query string back, sorted by key.
func encodeQuery(parsed object) string {
	values := url.Values{}
	for key := range parsed {
		values[key] = parsed.texts(key)
	}
	return values.Encode()
}

// setSizes puts total and body sizes. Kong logs totals (with headers); the
// body's size is the content-length where there is one, and otherwise, for a
// body of unknown length, the total, which is at most some hundred bytes off.
func (e entry) setSizes(attrs pcommon.Map) {
	for _, side := range []string{"request", "response"} {
		message := e.child(side)
		headers := message.child("headers")
		total, hasTotal := message.size("size")
		if hasTotal {
			attrs.PutInt("http."+side+".size", total)
		}
		body, hasBody := headers.size("content-length")
		switch {
		case hasBody && hasTotal:
			body = min(body, total) // a HEAD's or 304's content-length was not sent
		case hasBody:
		case hasTotal && (side == "response" || headers.text("transfer-encoding") != ""):
			body = total
		default:
			continue // a request without either header has no body
		}
		attrs.PutInt("http."+side+".body.size", body)
	}
}

// setIdentity puts what Kong itself says about the caller.
func (e entry) setIdentity(attrs pcommon.Map, userHeader string) {
	putText(attrs, "client.address", e.text("client_ip"))
	putText(attrs, lowcode.KeyRequestID, e.requestID())
	consumer, entity := e.child("consumer"), e.child("authenticated_entity")
	putList(attrs, headerPrefix+"x-consumer-id", firstText(consumer.text("id"), entity.text("consumer_id")))
	putList(attrs, headerPrefix+"x-consumer-username", consumer.text("username"))
	putList(attrs, headerPrefix+"x-consumer-custom-id", consumer.text("custom_id"))
	putText(attrs, lowcode.KeyCredentialID, entity.text("id"))
	if userHeader != "" && e.authenticated() {
		putText(attrs, "user.id", e.child("request").child("headers").text(userHeader))
	}
}

// authenticated says whether a plugin of Kong vouched for the caller.
func (e entry) authenticated() bool {
	return len(e.child("consumer")) > 0 || len(e.child("authenticated_entity")) > 0
}

func putText(attrs pcommon.Map, key, value string) {
	if value != "" {
		attrs.PutStr(key, value)
	}
}

func putList(attrs pcommon.Map, key string, values ...string) {
	if len(values) == 0 || values[0] == "" {
		return
	}
	list := attrs.PutEmptySlice(key)
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
