package rows

import (
	"math"
	"strings"

	"go.opentelemetry.io/collector/pdata/ptrace"
)

// endpointOf names what was called: method and tool for MCP, method and service
// for RPC (both over HTTP, which would say POST), method and route template for
// HTTP, an agent's tool. A raw path is never a route.
func endpointOf(f *facts) (method, route string) {
	if m := f.text(mcpMethod); m != "" {
		return m, f.text(toolName)
	}
	if m := f.text(rpcMethod); m != "" {
		// Newer conventions write the service into the method: users.v1.Users/Get.
		if i := strings.LastIndexByte(m, '/'); i >= 0 {
			return m[i+1:], m[:i]
		}
		return m, f.text(rpcService)
	}
	if m := f.text(httpMethod, httpMethodOld); m != "" {
		return m, f.text(httpRoute, urlTemplate)
	}
	if tool := f.text(toolName); tool != "" {
		return "tool", tool
	}
	return "", f.text(httpRoute, urlTemplate)
}

type outcome struct {
	status uint16
	class  string // 2xx, 3xx, 4xx, 5xx, error, unknown
	failed bool
}

// failure is the column is_error.
func (o outcome) failure() uint8 {
	if o.failed {
		return 1
	}
	return 0
}

// statusClasses by the first digit of an HTTP status.
var statusClasses = [...]string{1: "1xx", 2: "2xx", 3: "3xx", 4: "4xx", 5: "5xx"}

// outcomeOf reads how the call ended. An error inside an HTTP 200 (gRPC,
// JSON-RPC and with it MCP, an agent's tool, or a span marked as failed) is an
// error.
func outcomeOf(code ptrace.StatusCode, f *facts) outcome {
	out := outcome{class: "unknown", failed: code == ptrace.StatusCodeError || f.text(errorType) != ""}
	if status, ok := f.number(httpStatus, httpStatusOld); ok && status >= 100 && status < 600 {
		out.status = uint16(status)
		out.class = statusClasses[out.status/100]
		if out.status >= 400 {
			out.failed = true
			return out
		}
	}
	switch class := rpcClass(f); {
	case class == "":
	case class != "2xx":
		out.class, out.failed = class, true
		return out
	case out.status == 0:
		out.class = class
	}
	if out.failed {
		out.class = "error"
	}
	return out
}

// serverFault are the gRPC codes that gateways answer with a 5xx: UNKNOWN,
// DEADLINE_EXCEEDED, UNIMPLEMENTED, INTERNAL, UNAVAILABLE, DATA_LOSS.
// See https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto
const serverFault = 1<<2 | 1<<4 | 1<<12 | 1<<13 | 1<<14 | 1<<15

const rpcFacts = 1<<rpcError | 1<<grpcStatus | 1<<rpcStatus

// rpcClass is the class that an RPC's own status stands for; "" where it has
// none. rpc.response.status_code is gRPC's name of a code, or JSON-RPC's number.
// See https://opentelemetry.io/docs/specs/semconv/rpc/
func rpcClass(f *facts) string {
	if f.seen&rpcFacts == 0 {
		return ""
	}
	if text := f.text(rpcError); text != "" && text != "0" {
		return "error"
	}
	if code, ok := f.number(rpcError); ok && code != 0 {
		return "error"
	}
	code, ok := f.number(grpcStatus)
	switch {
	case ok && code == 0:
		return "2xx"
	case ok && code > 0 && code <= 16 && serverFault&(1<<uint(code)) != 0:
		return "5xx"
	case ok:
		return "4xx"
	}
	if code, ok := f.number(rpcStatus); ok {
		if code == 0 {
			return "2xx"
		}
		return "error"
	}
	switch f.text(rpcStatus) {
	case "":
		return ""
	case "OK":
		return "2xx"
	case "UNKNOWN", "DEADLINE_EXCEEDED", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS":
		return "5xx"
	default:
		return "4xx"
	}
}

func size(f *facts, ids ...fact) uint64 {
	n, ok := f.number(ids...)
	if !ok || !(n > 0) || n > math.MaxInt64 {
		return 0
	}
	return uint64(n)
}

func finite(v float64) float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return 0
	}
	return v
}
