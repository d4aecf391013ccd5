// Package traefik turns Traefik's JSON access log into spans. The shape is that
// of pkg/middlewares/accesslog, v2 and v3.
//
// Traefik vouches for the subject of the client certificate, where its TLS
// options verify it. ClientUsername it does not: without a BasicAuth or
// DigestAuth middleware on the router it is what the client wrote into an
// absolute request URI. Request headers, of which Traefik logs only those it is
// told to keep, are the client's.
package traefik

import (
	"strings"
	"time"

	"github.com/weir-otel/weir/receiver/intakereceiver/internal/accesslog"
	"github.com/weir-otel/weir/receiver/intakereceiver/internal/fields"
	"github.com/weir-otel/weir/receiver/intakereceiver/internal/jsonbody"
)

// A request header is logged under this prefix and its canonical name.
const headerPrefix = "request_"

var keys = accesslog.Keys{
	"http.request.method":       {"RequestMethod"},
	"http.response.status_code": {"DownstreamStatus"},
	"url.path":                  {"RequestPath"},
	"url.scheme":                {"RequestScheme"},
	"server.address":            {"RequestAddr", "RequestHost"},
	"http.request.body.size":    {"RequestContentSize"},
	"http.response.body.size":   {"DownstreamContentSize"},
	accesslog.StartTime:         {"StartUTC", "StartLocal"},
	accesslog.Duration:          {"Duration"},
	accesslog.Traceparent:       {headerPrefix + "Traceparent"},
	accesslog.TraceID:           {"trace_id", "TraceId"},
	accesslog.SpanID:            {"span_id", "SpanId"},

	"tls.client.subject":   {"TLSClientSubject"},
	"traefik.router.name":  {"RouterName"},
	"traefik.service.name": {"ServiceName"},
	"traefik.entrypoint":   {"entryPointName"},
}

// Format reads Traefik's JSON lines. own says in which keys of the log attributes
// are, besides the known ones.
func Format(own map[string]string) *accesslog.Format {
	reader := accesslog.NewReader(keys.With(own), time.Nanosecond, "")
	return &accesslog.Format{
		Name:     "traefik",
		Expected: "one line of Traefik's JSON access log",
		Read:     func(e *accesslog.Entry) *jsonbody.Refusal { return read(e, reader) },
	}
}

func read(e *accesslog.Entry, reader *accesslog.Reader) *jsonbody.Refusal {
	headers := fields.Object{}
	for key, value := range e.Object {
		if name, isHeader := strings.CutPrefix(key, headerPrefix); isHeader && value != "REDACTED" {
			headers[name] = value
		}
	}
	e.PutHeaders(headers, accesslog.Headers{})
	e.PutClient(client(e))
	return reader.Read(e)
}

// client is the address of the client. Where an X-Forwarded-For came, ClientHost
// is all of that: the last of it was written by the proxy before Traefik.
func client(e *accesslog.Entry) string {
	hosts := strings.Split(e.Text("ClientHost", "ClientAddr"), ",")
	return strings.TrimSpace(hosts[len(hosts)-1])
}
