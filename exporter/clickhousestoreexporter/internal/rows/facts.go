package rows

import (
	"strconv"

	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/weir-otel/weir/internal/lowcode"
)

// fact is an attribute that rows have a column for, or are derived from.
type fact = uint8

const (
	none fact = iota
	httpMethod
	httpMethodOld
	httpRoute
	urlTemplate
	httpStatus
	httpStatusOld
	requestSize
	requestSizeOld
	responseSize
	responseSizeOld
	rpcMethod
	rpcService
	grpcStatus
	rpcStatus
	jsonRPCError
	mcpMethod
	toolName
	errorType
	userID
	userIDOld
	connectorID
	connectorName
	connectorEnvironment
	platformName
	workflowID
	tenantID
	identityStatus
	identityConfidence
	identityMethod
	unattributedReason
	catalogRevision
	credentialID
	requestID
	requestCost
	dryRun
	classification
	reportSource
	serviceName
	environmentName
	environmentNameOld
	factCount
)

// classify recognises attribute keys. It runs once per key and block.
func classify(key string) fact {
	return factOf[key]
}

var factOf = map[string]fact{
	"http.request.method":                 httpMethod,
	"http.method":                         httpMethodOld,
	"http.route":                          httpRoute,
	"url.template":                        urlTemplate,
	"http.response.status_code":           httpStatus,
	"http.status_code":                    httpStatusOld,
	"http.request.body.size":              requestSize,
	"http.request_content_length":         requestSizeOld,
	"http.response.body.size":             responseSize,
	"http.response_content_length":        responseSizeOld,
	"rpc.method":                          rpcMethod,
	"rpc.service":                         rpcService,
	"rpc.grpc.status_code":                grpcStatus,
	"rpc.response.status_code":            rpcStatus,
	"rpc.jsonrpc.error_code":              jsonRPCError,
	"mcp.method.name":                     mcpMethod,
	"gen_ai.tool.name":                    toolName,
	"error.type":                          errorType,
	"user.id":                             userID,
	"enduser.id":                          userIDOld,
	"service.name":                        serviceName,
	"deployment.environment.name":         environmentName,
	"deployment.environment":              environmentNameOld,
	lowcode.KeyConnectorID:                connectorID,
	lowcode.KeyConnectorName:              connectorName,
	lowcode.KeyConnectorEnvironment:       connectorEnvironment,
	lowcode.KeyPlatformName:               platformName,
	lowcode.KeyWorkflowID:                 workflowID,
	lowcode.KeyTenantID:                   tenantID,
	lowcode.KeyIdentityStatus:             identityStatus,
	lowcode.KeyIdentityConfidence:         identityConfidence,
	lowcode.KeyIdentityMethod:             identityMethod,
	lowcode.KeyIdentityUnattributedReason: unattributedReason,
	lowcode.KeyIdentityCatalogRevision:    catalogRevision,
	lowcode.KeyCredentialID:               credentialID,
	lowcode.KeyRequestID:                  requestID,
	lowcode.KeyRequestCost:                requestCost,
	lowcode.KeyRequestDryRun:              dryRun,
	lowcode.KeyDataClassification:         classification,
	lowcode.KeyReportSource:               reportSource,
}

// facts are the recognised attributes of one span, log record or resource.
type facts struct {
	seen    uint64
	texts   [factCount]string
	numbers [factCount]float64
}

func (f *facts) reset() { f.seen = 0 }

func (f *facts) has(id fact) bool { return f.seen&(1<<id) != 0 }

func (f *facts) setText(id fact, v string) {
	f.seen |= 1 << id
	f.texts[id], f.numbers[id] = v, 0
}

func (f *facts) setNumber(id fact, v float64) {
	f.seen |= 1 << id
	f.texts[id], f.numbers[id] = "", v
}

// text is the first of the given facts that is there and not empty.
func (f *facts) text(ids ...fact) string {
	for _, id := range ids {
		if f.has(id) && f.texts[id] != "" {
			return f.texts[id]
		}
	}
	return ""
}

// number is the first of the given facts that is there, also when a sender
// wrote it as text; found says whether.
func (f *facts) number(ids ...fact) (v float64, found bool) {
	for _, id := range ids {
		if !f.has(id) {
			continue
		}
		if f.texts[id] == "" {
			return f.numbers[id], true
		}
		if v, err := strconv.ParseFloat(f.texts[id], 64); err == nil {
			return v, true
		}
	}
	return 0, false
}

// read keeps a recognised attribute.
func (f *facts) read(id fact, v pcommon.Value) {
	switch v.Type() {
	case pcommon.ValueTypeStr:
		f.setText(id, v.Str())
	case pcommon.ValueTypeInt:
		f.setNumber(id, float64(v.Int()))
	case pcommon.ValueTypeDouble:
		f.setNumber(id, v.Double())
	case pcommon.ValueTypeBool:
		if v.Bool() {
			f.setNumber(id, 1)
		} else {
			f.setNumber(id, 0)
		}
	}
}
