package kong

import "github.com/weir-otel/weir/receiver/intakereceiver/internal/accesslog"

func ids(e *accesslog.Entry) accesslog.IDs {
	return accesslog.IDs{
		Traceparent: e.Text("request.headers.traceparent"),
		// A map from propagation format to id, in old versions the id alone.
		Trace: e.Text("trace_id.w3c", "trace_id.b3", "trace_id.jaeger", "trace_id.ot", "trace_id"),
		// Kong's own id of the request (since 3.5), or what its correlation-id
		// plugin set.
		Request: e.Text("request.id", "response.headers.x-kong-request-id", "request.headers.x-kong-request-id", "correlation_id"),
	}
}
