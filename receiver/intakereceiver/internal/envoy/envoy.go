// Package envoy turns Envoy's JSON access log into spans. The keys of such a log
// are the operator's. Those of Envoy Gateway's default format are known, and the
// usual names of what one adds to it; others are given by attribute.
//
// Of itself Envoy's log vouches for the client certificate (DOWNSTREAM_PEER_…)
// and for the claims that jwt_authn put into its dynamic metadata. Request
// headers are the client's, unless Envoy overwrites them.
package envoy

import (
	"time"

	"github.com/weir-otel/weir/internal/lowcode"
	"github.com/weir-otel/weir/receiver/intakereceiver/internal/accesslog"
	"github.com/weir-otel/weir/receiver/intakereceiver/internal/jsonbody"
)

var keys = accesslog.Keys{
	"http.request.method":       {"method"},
	"http.response.status_code": {"response_code"},
	"url.path":                  {"x-envoy-origin-path", "path", ":path"},
	"url.scheme":                {"scheme", ":scheme", "x-forwarded-proto"},
	"server.address":            {":authority", "authority"},
	"client.address":            {"downstream_remote_address", "downstream_direct_remote_address"},
	"user_agent.original":       {"user-agent", "user_agent"},
	"http.request.body.size":    {"bytes_received"},
	"http.response.body.size":   {"bytes_sent"},
	accesslog.StartTime:         {"start_time"},
	accesslog.Duration:          {"duration"},
	accesslog.Traceparent:       {"traceparent"},
	accesslog.TraceID:           {"trace_id"},
	accesslog.SpanID:            {"span_id"},
	accesslog.Claims:            {"jwt_payload", "jwt_claims", "jwt"},
	lowcode.KeyRequestID:        {"x-request-id", "request_id"},

	"tls.client.subject":                  {"downstream_peer_uri_san", "downstream_peer_dns_san", "downstream_peer_subject"},
	"http.request.header.x-forwarded-for": {"x-forwarded-for"},
	"envoy.route.name":                    {"route_name"},
	"envoy.upstream.cluster":              {"upstream_cluster"},
	"envoy.response.flags":                {"response_flags"},
}

// Format reads Envoy's JSON lines. own says in which keys of the log attributes
// are, besides the known ones.
func Format(own map[string]string) *accesslog.Format {
	// A client inside may send an x-request-id of its own, more than once.
	reader := accesslog.NewReader(keys.With(own), time.Millisecond, accesslog.StartTime)
	return &accesslog.Format{
		Name:     "envoy",
		Expected: "one line of Envoy's JSON access log",
		Read:     func(e *accesslog.Entry) *jsonbody.Refusal { return read(e, reader) },
	}
}

func read(e *accesslog.Entry, reader *accesslog.Reader) *jsonbody.Refusal {
	if refusal := reader.Read(e); refusal != nil {
		return refusal
	}
	if status, known := e.Size("response_code"); known && status == 0 { // nobody was answered
		e.PutText("error.type", e.Text("response_code_details", "response_flags"))
	}
	return nil
}
