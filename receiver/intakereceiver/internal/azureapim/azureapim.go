// Package azureapim turns the GatewayLogs of Azure API Management into spans:
// Azure's diagnostic records, alone or in the envelope {"records":[…]} that Event
// Hubs and storage accounts hold.
//
// What vouches for the caller is apimSubscriptionId, the id of the subscription
// whose key was sent. userId is the developer account that owns it, not who
// called. callerIpAddress may be an intermediary's.
//
// See https://learn.microsoft.com/azure/api-management/gateway-log-schema-reference
package azureapim

import (
	"time"

	"github.com/weir-otel/weir/internal/lowcode"
	"github.com/weir-otel/weir/receiver/intakereceiver/internal/accesslog"
	"github.com/weir-otel/weir/receiver/intakereceiver/internal/fields"
	"github.com/weir-otel/weir/receiver/intakereceiver/internal/jsonbody"
)

const category = "GatewayLogs"

var reader = accesslog.NewReader(accesslog.Keys{
	"http.request.method":       {"properties.method"},
	"http.response.status_code": {"properties.responseCode"},
	"client.address":            {"callerIpAddress"},
	"http.request.size":         {"properties.requestSize"},
	"http.response.size":        {"properties.responseSize"},
	"http.response.body.size":   {"properties.responseSize"}, // with the headers: some hundred bytes off
	accesslog.FullURL:           {"properties.url"},
	accesslog.StartTime:         {"time"},
	accesslog.Duration:          {"durationMs"},
	accesslog.Traceparent:       {"properties.requestHeaders.traceparent"},
	lowcode.KeyRequestID:        {"correlationId"},

	lowcode.KeyCredentialID:         {"properties.apimSubscriptionId"},
	"azure.apim.user.id":            {"properties.userId"},
	"azure.apim.product.id":         {"properties.productId"},
	"azure.apim.api.id":             {"properties.apiId"},
	"azure.apim.operation.id":       {"properties.operationId"},
	"azure.apim.last_error.reason":  {"properties.lastError.reason"},
	"azure.apim.last_error.section": {"properties.lastError.section"},
}, time.Millisecond, "")

// Format reads GatewayLogs records.
func Format() *accesslog.Format {
	return &accesslog.Format{
		Name:     "azure_apim",
		Expected: "one GatewayLogs record of Azure API Management, or an object with records",
		Unwrap:   unwrap,
		Read:     read,
	}
}

// unwrap returns the records of the envelope, or the record itself where it is
// none.
func unwrap(record fields.Object) ([]fields.Object, []jsonbody.Refusal) {
	records, isEnvelope := record["records"].([]any)
	if !isEnvelope {
		return []fields.Object{record}, nil
	}
	entries := make([]fields.Object, 0, len(records))
	for _, element := range records {
		entry, _ := element.(map[string]any) // one that is no object lacks its category
		entries = append(entries, entry)
	}
	return entries, nil
}

func read(e *accesslog.Entry) *jsonbody.Refusal {
	if e.Text("category") != category {
		return &jsonbody.Refusal{Field: "category", Reason: "is another log's", Expected: category}
	}
	return reader.Read(e)
}
