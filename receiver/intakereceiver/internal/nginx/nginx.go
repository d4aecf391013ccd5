// Package nginx turns JSON access logs of NGINX into spans. NGINX has no schema:
// log_format names the keys. Known are its own variables' names and two other
// styles that are common (method, uri, ua; time_local and request); others are
// given by attribute. Numbers may be texts, "" and "-" are nothing.
//
// NGINX vouches for the subject of a client certificate where the log also says
// that ssl_client_verify is SUCCESS; with optional_no_ca it logs the subject of
// one that anybody made. remote_user is the client's own word unless auth_basic
// is on, so it is kept under that name and names nobody.
package nginx

import (
	"strconv"
	"strings"
	"time"

	"github.com/weir-otel/weir/internal/lowcode"
	"github.com/weir-otel/weir/receiver/intakereceiver/internal/accesslog"
	"github.com/weir-otel/weir/receiver/intakereceiver/internal/fields"
	"github.com/weir-otel/weir/receiver/intakereceiver/internal/jsonbody"
)

var keys = accesslog.Keys{
	"http.request.method":       {"request_method", "method"},
	"http.response.status_code": {"status"},
	"url.path":                  {"request_uri", "uri", "path"},
	"url.query":                 {"args", "query_string"},
	"url.scheme":                {"scheme"},
	"server.address":            {"server_name", "http_host", "host"},
	"client.address":            {"remote_addr", "client_ip"},
	"user_agent.original":       {"http_user_agent", "user_agent", "ua"},
	"http.request.size":         {"request_length"},
	"http.response.size":        {"bytes_sent"},
	"http.response.body.size":   {"body_bytes_sent", "body_bytes", "bytes_sent"},
	accesslog.RequestLine:       {"request"},
	accesslog.EndTime:           {"msec", "time_iso8601", "@timestamp", "time", "timestamp", "time_local"}, // NGINX logs when it is done
	accesslog.Duration:          {"request_time", upstreamTime},
	accesslog.Traceparent:       {"http_traceparent", "traceparent"},
	accesslog.TraceID:           {"otel_trace_id", "trace_id"},
	accesslog.SpanID:            {"otel_span_id"},
	lowcode.KeyRequestID:        {"request_id"},

	"tls.client.subject":                  {subject},
	"http.request.header.x-forwarded-for": {"http_x_forwarded_for"},
	"nginx.remote_user":                   {"remote_user"},
}

const (
	subject      = "ssl_client_s_dn"
	upstreamTime = "upstream_response_time"
)

// Format reads NGINX's JSON lines. own says in which keys of the log attributes
// are, besides the known ones.
func Format(own map[string]string) *accesslog.Format {
	reader := accesslog.NewReader(keys.With(own), time.Second, "")
	return &accesslog.Format{
		Name:     "nginx",
		Expected: "one line of an NGINX log in JSON",
		Unwrap:   normalize,
		Read:     reader.Read,
	}
}

// normalize takes away what cannot be believed and what has two meanings.
func normalize(line fields.Object) ([]fields.Object, []jsonbody.Refusal) {
	if line.Text("ssl_client_verify") != "SUCCESS" {
		delete(line, subject)
	}
	if line.Text("server_name") == "_" { // the server block that takes what no other does
		delete(line, "server_name")
	}
	// In the short style host and port are the client's.
	if line.Text("remote_addr") == "" && line.Text("port") != "" {
		line["remote_addr"] = line["host"]
		delete(line, "host")
	}
	if text, isText := line[upstreamTime].(string); isText {
		line[upstreamTime] = total(text)
	}
	return []fields.Object{line}, nil
}

// total adds up the seconds of several upstreams, which NGINX joins with ", "
// and, after an internal redirect, " : ". One that was not reached is "-".
func total(joined string) string {
	sum := 0.0
	for _, part := range strings.FieldsFunc(joined, func(r rune) bool { return r == ',' || r == ':' }) {
		if seconds, err := strconv.ParseFloat(strings.TrimSpace(part), 64); err == nil {
			sum += seconds
		}
	}
	if sum == 0 {
		return ""
	}
	return strconv.FormatFloat(sum, 'f', 6, 64)
}
