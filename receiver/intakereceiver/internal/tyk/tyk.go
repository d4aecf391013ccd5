// Package tyk turns the analytics records of Tyk Pump into spans: those of its
// Splunk pump (HTTP Event Collector, objects one after the other), those of its
// stdout pump, and the records alone.
//
// What vouches for the caller is the key: its alias, and the key itself. With
// hash_keys Tyk reports the key's hash, which is an id; without, the key. A
// record does not tell which, so the operator does, and a key that may be raw
// is a credential: a header, for identity to hash and redact to remove.
//
// raw_request and raw_response (whole messages, with Authorization) are never
// read. Of the tags only those are that stand for headers which the operator
// names: one of the others is the key.
package tyk

import (
	"strings"
	"time"

	"github.com/weir-otel/weir/internal/lowcode"
	"github.com/weir-otel/weir/receiver/intakereceiver/internal/accesslog"
	"github.com/weir-otel/weir/receiver/intakereceiver/internal/fields"
	"github.com/weir-otel/weir/receiver/intakereceiver/internal/jsonbody"
)

// Options say what the records themselves do not.
type Options struct {
	HashedKeys bool     // api_key is a hash: Tyk's hash_keys
	TagHeaders []string // Tyk's tag_headers, in lower case
}

var reader = accesslog.NewReader(accesslog.Keys{
	"http.request.method":       {"method"},
	"http.response.status_code": {"response_code"},
	"url.path":                  {"raw_path", "path"},
	"server.address":            {"host"},
	"client.address":            {"ip_address"},
	"user_agent.original":       {"user_agent"},
	"http.request.body.size":    {"content_length"},
	accesslog.EndTime:           {"timestamp", "time_stamp"}, // when Tyk was done
	accesslog.Duration:          {"latency.total", "request_time"},

	// The key's name, given by whoever made it.
	"http.request.header.x-consumer-username": {"alias"},
	lowcode.KeyTokenClientID:                  {"oauth_id"},

	"mcp.method.name": {"mcp_stats.jsonrpc_method", "mcp_method"},
	"tyk.api.id":      {"api_id"},
	"tyk.api.name":    {"api_name"},
	"tyk.org.id":      {"org_id"},
}, time.Millisecond, "")

// Format reads Tyk Pump's records.
func Format(opts Options) *accesslog.Format {
	return &accesslog.Format{
		Name:     "tyk",
		Expected: "one analytics record of Tyk Pump",
		Unwrap:   unwrap,
		Read:     func(e *accesslog.Entry) *jsonbody.Refusal { return read(e, opts) },
	}
}

// unwrap returns the record in the envelope of stdout or of Splunk's collector.
func unwrap(envelope fields.Object) ([]fields.Object, []jsonbody.Refusal) {
	record := envelope
	if inner := envelope.Child("tyk-analytics-record"); inner != nil {
		record = inner
	} else if inner := envelope.Child("event"); inner != nil {
		record = inner
		if record.FirstKey("timestamp", "time_stamp") == "" {
			record["timestamp"] = envelope["time"]
		}
	}
	delete(record, "raw_request")
	delete(record, "raw_response")
	return []fields.Object{record}, nil
}

func read(e *accesslog.Entry, opts Options) *jsonbody.Refusal {
	if refusal := reader.Read(e); refusal != nil {
		return refusal
	}
	putKey(e, opts.HashedKeys)
	e.PutHeaders(tagged(e, opts.TagHeaders), accesslog.Headers{})
	e.PutCode("rpc.jsonrpc.error_code", "mcp_stats.error_code", "mcp_error_code") // in an HTTP 200
	if e.Text("mcp_stats.primitive_type", "mcp_primitive_type") == "tool" {
		e.PutText("gen_ai.tool.name", e.Text("mcp_stats.primitive_name", "mcp_primitive_name"))
	}
	return nil
}

// tagged returns the client's headers that Tyk made tags of: x-connector-id-<value>.
func tagged(e *accesslog.Entry, names []string) fields.Object {
	headers := fields.Object{}
	for _, tag := range e.Texts("tags") {
		for _, name := range names {
			if value, found := strings.CutPrefix(tag, name+"-"); found {
				headers[name] = value
			}
		}
	}
	return headers
}

// putKey puts the API key as an id where it is a hash, else as the credential
// that it is. The pump's obfuscated keys (****abcd) are neither.
func putKey(e *accesslog.Entry, hashed bool) {
	key := e.Text("api_key")
	switch {
	case strings.HasPrefix(key, "****"):
	case hashed:
		e.PutText(lowcode.KeyCredentialID, key)
	default:
		e.PutHeader("x-api-key", key)
	}
}
