package rows

import (
	"iter"
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
	rpcError
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
	workflowRunID
	tenantID
	identityStatus
	identityConfidence
	identityMethod
	unattributedReason
	catalogRevision
	identityVouched
	credentialID
	credentialHash
	credentialType
	tokenID
	tokenIssuer
	tokenAudience
	tokenScopes
	tokenClientID
	tokenExpiresIn
	actorChain
	actorType
	clientCountry
	clientAS
	requestID
	requestCost
	costCurrency
	requestRows
	dryRun
	apiID
	operationID
	classification
	retentionClass
	reportSource
	samplingThreshold
	samplingProbability
	serviceName
	environmentName
	environmentNameOld
	factCount
)

const _ = uint(64 - factCount) // facts.seen has a bit for each

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
	"rpc.jsonrpc.error_code":              rpcError,
	"rpc.connect_rpc.error_code":          rpcError,
	"jsonrpc.error.code":                  rpcError,
	"mcp_error_code":                      rpcError, // Tyk's name
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
	lowcode.KeyWorkflowRunID:              workflowRunID,
	lowcode.KeyTenantID:                   tenantID,
	lowcode.KeyIdentityStatus:             identityStatus,
	lowcode.KeyIdentityConfidence:         identityConfidence,
	lowcode.KeyIdentityMethod:             identityMethod,
	lowcode.KeyIdentityUnattributedReason: unattributedReason,
	lowcode.KeyIdentityCatalogRevision:    catalogRevision,
	lowcode.KeyIdentityVouched:            identityVouched,
	lowcode.KeyCredentialID:               credentialID,
	lowcode.KeyCredentialHash:             credentialHash,
	lowcode.KeyCredentialType:             credentialType,
	lowcode.KeyTokenID:                    tokenID,
	lowcode.KeyTokenIssuer:                tokenIssuer,
	lowcode.KeyTokenAudience:              tokenAudience,
	lowcode.KeyTokenScopes:                tokenScopes,
	lowcode.KeyTokenClientID:              tokenClientID,
	lowcode.KeyTokenExpiresIn:             tokenExpiresIn,
	lowcode.KeyActorChain:                 actorChain,
	lowcode.KeyActorType:                  actorType,
	lowcode.KeyClientCountry:              clientCountry,
	lowcode.KeyClientASNumber:             clientAS,
	lowcode.KeyRequestID:                  requestID,
	lowcode.KeyRequestCost:                requestCost,
	lowcode.KeyRequestCostCurrency:        costCurrency,
	lowcode.KeyRequestRows:                requestRows,
	lowcode.KeyRequestDryRun:              dryRun,
	lowcode.KeyAPIID:                      apiID,
	lowcode.KeyAPIOperationID:             operationID,
	lowcode.KeyDataClassification:         classification,
	lowcode.KeyDataRetentionClass:         retentionClass,
	lowcode.KeyReportSource:               reportSource,
	"sampling.threshold":                  samplingThreshold,
	"sampling.probability":                samplingProbability,
}

// facts are the recognised attributes of one span, log record or resource.
type facts struct {
	seen    uint64
	listed  uint64 // those of them that are lists
	texts   [factCount]string
	numbers [factCount]float64
	lists   [factCount]pcommon.Slice
}

func (f *facts) reset() { f.seen, f.listed = 0, 0 }

func (f *facts) has(id fact) bool { return f.seen&(1<<id) != 0 }

func (f *facts) setText(id fact, v string) {
	f.seen |= 1 << id
	f.texts[id], f.numbers[id] = v, 0
}

func (f *facts) setNumber(id fact, v float64) {
	f.seen |= 1 << id
	f.texts[id], f.numbers[id] = "", v
}

func (f *facts) setList(id fact, v pcommon.Slice) {
	f.seen |= 1 << id
	f.listed |= 1 << id
	f.texts[id], f.numbers[id], f.lists[id] = "", 0, v
}

// all are the texts of a list, or a text alone as a list of one.
func (f *facts) all(id fact) iter.Seq[string] {
	return func(yield func(string) bool) {
		if text := f.textOf(id); text != "" {
			yield(text)
		}
		if f.listed&(1<<id) == 0 {
			return
		}
		for _, v := range f.lists[id].All() {
			if v.Type() == pcommon.ValueTypeStr && !yield(v.Str()) {
				return
			}
		}
	}
}

// textOf is the text of a fact, "" where it is not there.
func (f *facts) textOf(id fact) string {
	if !f.has(id) {
		return ""
	}
	return f.texts[id]
}

// flag is 1 for a fact that is there and true.
func (f *facts) flag(id fact) uint8 {
	if !f.has(id) {
		return 0
	}
	if v, _ := f.number(id); v != 0 {
		return 1
	}
	return 0
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
	case pcommon.ValueTypeSlice:
		f.setList(id, v.Slice())
	}
}
