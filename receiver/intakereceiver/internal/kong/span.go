package kong

import (
	"net/url"
	"strings"
	"time"

	"github.com/weir-otel/weir/internal/lowcode"
	"github.com/weir-otel/weir/receiver/intakereceiver/internal/accesslog"
	"github.com/weir-otel/weir/receiver/intakereceiver/internal/fields"
	"github.com/weir-otel/weir/receiver/intakereceiver/internal/jsonbody"
)

// read fills in the span of an entry.
func read(e *accesslog.Entry, opts Options) *jsonbody.Refusal {
	request := e.Child("request")
	if request == nil {
		return &jsonbody.Refusal{Field: "request", Reason: "is missing", Expected: "an object: is this Kong's http-log of an HTTP route?"}
	}
	method := request.Text("method")
	if method == "" {
		return &jsonbody.Refusal{Field: "request.method", Reason: "is missing", Expected: "an HTTP method, e.g. \"GET\""}
	}
	e.PutRequest(method)
	if refusal := e.PutStatus("response.status"); refusal != nil {
		return refusal
	}
	start, end, refusal := times(e)
	if refusal != nil {
		return refusal
	}
	e.PutTimes(start, end)
	e.PutIDs(ids(e))
	e.PutRoute(routeTemplate(e.Object, putURL(e)))
	e.PutMessageSizes("request")
	e.PutMessageSizes("response")
	e.PutHeaders(request.Child("headers"), policy(e, opts.GatewayHeaders))
	putIdentity(e, opts.UserHeader)
	e.PutText("kong.service.name", e.Text("service.name"))
	e.PutText("kong.route.name", e.Text("route.name"))
	e.PutText("kong.workspace.name", e.Text("workspace_name"))
	e.PutText("kong.response.source", e.Text("source")) // kong itself, or the upstream
	return nil
}

// maxMillis is the last millisecond that fits into a span's timestamp.
const maxMillis = int64(1<<63-1) / int64(time.Millisecond)

// times returns start and end. latencies.request is -1 where Kong did not
// measure it: then the parts that were measured count.
func times(e *accesslog.Entry) (start, end time.Time, refusal *jsonbody.Refusal) {
	started, hasStart, refusal := e.Whole("started_at")
	if refusal != nil {
		return start, end, refusal
	}
	if hasStart && (started < 0 || started > maxMillis) {
		return start, end, &jsonbody.Refusal{Field: "started_at", Reason: "is out of range", Expected: "milliseconds since 1970"}
	}
	millis, known, refusal := e.Whole("latencies.request")
	if refusal != nil {
		return start, end, refusal
	}
	if !known || millis < 0 {
		kong, _ := e.Size("latencies.kong")
		proxy, _ := e.Size("latencies.proxy")
		receive, _ := e.Size("latencies.receive")
		millis = min(kong, maxMillis/4) + min(proxy, maxMillis/4) + min(receive, maxMillis/4)
	}
	if !hasStart {
		now := e.Now()
		millis = min(millis, now.UnixMilli())
		return now.Add(-time.Duration(millis) * time.Millisecond), now, nil
	}
	millis = min(millis, maxMillis-started)
	return time.UnixMilli(started), time.UnixMilli(started + millis), nil
}

// putURL puts scheme, host, path and query, and returns the path.
func putURL(e *accesslog.Entry) string {
	request := e.Child("request")
	path, query, _ := strings.Cut(request.Text("uri"), "?")
	fullPath, fullQuery := e.PutURL(request.Text("url"))
	if path == "" {
		path, query = fullPath, fullQuery
	}
	if query == "" {
		query = encodeQuery(request.Child("querystring"))
	}
	e.PutTarget(path, query)
	return path
}

// encodeQuery writes Kong's parsed query string back, sorted by key.
func encodeQuery(parsed fields.Object) string {
	values := url.Values{}
	for key := range parsed {
		values[key] = parsed.Texts(key)
	}
	return values.Encode()
}

// putIdentity puts what Kong itself says about the caller.
func putIdentity(e *accesslog.Entry, userHeader string) {
	e.PutClient(e.Text("client_ip"))
	e.PutHeader("x-consumer-id", e.Text("consumer.id", "authenticated_entity.consumer_id"))
	e.PutHeader("x-consumer-username", e.Text("consumer.username"))
	e.PutHeader("x-consumer-custom-id", e.Text("consumer.custom_id"))
	e.PutText(lowcode.KeyCredentialID, e.Text("authenticated_entity.id"))
	if userHeader != "" && authenticated(e) {
		e.PutText("user.id", e.Child("request").Child("headers").Text(userHeader))
	}
}
