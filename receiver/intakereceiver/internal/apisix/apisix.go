// Package apisix turns the entries of Apache APISIX's http-logger plugin into
// spans. The shape is that of its default log format (apisix/utils/log-util.lua):
// an object, an array where the plugin batches, or one object a line with
// concat_method new_line.
//
// What vouches for the caller is `consumer`, which APISIX fills in. Its request
// headers are those that went upstream, so the headers in which gateways say who
// calls are dropped: without the plugin that sets them on the route they are the
// client's own. The bodies that include_req_body and include_resp_body
// add are not read.
package apisix

import (
	"time"

	"github.com/weir-otel/weir/internal/lowcode"
	"github.com/weir-otel/weir/receiver/intakereceiver/internal/accesslog"
	"github.com/weir-otel/weir/receiver/intakereceiver/internal/jsonbody"
)

var reader = accesslog.NewReader(accesslog.Keys{
	"http.request.method":       {"request.method"},
	"http.response.status_code": {"response.status"},
	"url.path":                  {"request.uri"},
	"client.address":            {"client_ip"},
	accesslog.FullURL:           {"request.url"},
	accesslog.StartTime:         {"start_time"},
	accesslog.Duration:          {"latency"},
	accesslog.Traceparent:       {"request.headers.traceparent"},
	lowcode.KeyRequestID:        {"request_id"}, // by log_format_extra

	"http.request.header.x-consumer-username": {"consumer.username"},
	"apisix.route.id":                         {"route_id"},
	"apisix.service.id":                       {"service_id"},
}, time.Millisecond, "")

// Format reads the http-logger plugin's entries. gatewayHeaders are those that
// only a gateway may set and APISIX sets on every route, in lower case.
func Format(gatewayHeaders []string) *accesslog.Format {
	return &accesslog.Format{
		Name:     "apisix",
		Expected: "one APISIX http-logger entry in the default format",
		Read:     func(e *accesslog.Entry) *jsonbody.Refusal { return read(e, gatewayHeaders) },
	}
}

func read(e *accesslog.Entry, gatewayHeaders []string) *jsonbody.Refusal {
	if e.Child("request") == nil {
		return &jsonbody.Refusal{
			Field: "request", Reason: "is missing",
			Expected: "an object, as in the plugin's default format; a log_format of your own goes to the path of nginx",
		}
	}
	if refusal := reader.Read(e); refusal != nil {
		return refusal
	}
	e.PutMessageSizes("request")
	e.PutMessageSizes("response")
	e.PutHeaders(e.Child("request").Child("headers"), accesslog.Headers{Vouched: gatewayHeaders})
	return nil
}
