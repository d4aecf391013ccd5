// Package lowcode is the one source of the attribute keys and enum values that
// Weir adds to telemetry. The same list, in Weaver's registry form, is in
// docs/semconv; a test holds the two together.
//
// Keys are put on span, log and data point attributes, never on a resource:
// one resource (a gateway, say) carries the calls of many connectors.
package lowcode

// Prefix is the namespace of every key in this package. Attributes with this
// prefix that arrive from outside are removed, unless a declared Weir sent them.
const Prefix = "lowcode."

// Connector, platform and workflow: which automation made the call.
const (
	KeyConnectorID          = "lowcode.connector.id"          // string, the catalog's id; only when resolved
	KeyConnectorName        = "lowcode.connector.name"        // string
	KeyConnectorOwnerTeam   = "lowcode.connector.owner.team"  // string
	KeyConnectorEnvironment = "lowcode.connector.environment" // string, e.g. production, sandbox
	KeyConnectorLifecycle   = "lowcode.connector.lifecycle"   // enum: draft, listed, deprecated, retired
	KeyPlatformName         = "lowcode.platform.name"         // enum, see the catalog's built-in platforms
	KeyWorkflowID           = "lowcode.workflow.id"           // string: x-ms-workflow-id, Zap, scenario or recipe id
	KeyWorkflowRunID        = "lowcode.workflow.run.id"       // string
	KeyWorkflowStepName     = "lowcode.workflow.step.name"    // string
	KeyTenantID             = "lowcode.tenant.id"             // string
)

// Identity: how sure Weir is, and on what evidence.
const (
	KeyIdentityStatus             = "lowcode.identity.status"              // enum Status
	KeyIdentityConfidence         = "lowcode.identity.confidence"          // double, 0..1
	KeyIdentityMethod             = "lowcode.identity.method"              // enum Method
	KeyIdentityEvidence           = "lowcode.identity.evidence"            // string[]: "method=key", never a value
	KeyIdentityConflict           = "lowcode.identity.conflict"            // string[]: "claimed=a", "verified=b"
	KeyIdentityUnattributedReason = "lowcode.identity.unattributed_reason" // enum Reason
	KeyIdentityCatalogRevision    = "lowcode.identity.catalog_revision"    // string
	KeyIdentityVouched            = "lowcode.identity.vouched"             // boolean: the sender is a trusted peer; absent otherwise
	KeyCredentialID               = "lowcode.credential.id"                // string, the gateway's own id
	KeyCredentialHash             = "lowcode.credential.hash"              // string, "v1:" + keyed HMAC; never a plain hash
	KeyCredentialType             = "lowcode.credential.type"              // enum: api_key, bearer, basic, mtls, hmac
)

// Token: facts of the access token, never the token.
const (
	KeyTokenID        = "lowcode.token.id"         // string, claim jti
	KeyTokenIssuer    = "lowcode.token.issuer"     // string, claim iss
	KeyTokenAudience  = "lowcode.token.audience"   // string[], claim aud
	KeyTokenScopes    = "lowcode.token.scopes"     // string[], claim scope or scp
	KeyTokenClientID  = "lowcode.token.client.id"  // string, claim azp, client_id, appid or cid
	KeyTokenExpiresIn = "lowcode.token.expires_in" // int, seconds from issue to expiry
)

// Actor: on whose behalf, by the RFC 8693 claim act.
const (
	KeyActorChain = "lowcode.actor.chain" // string[], the immediate actor first, the original caller last
	KeyActorDepth = "lowcode.actor.depth" // int, length of the chain
	KeyActorType  = "lowcode.actor.type"  // enum: user, service, ai_agent, browser_app, native_app
)

// Client: where a call came from, looked up before its address is redacted.
const (
	KeyClientCountry        = "lowcode.client.country"         // string, ISO 3166-1 alpha-2
	KeyClientASNumber       = "lowcode.client.as.number"       // int, autonomous system
	KeyClientASOrganization = "lowcode.client.as.organization" // string
)

// Request: facts of one API call that semantic conventions have no key for.
const (
	KeyRequestID           = "lowcode.request.id"            // string, the gateway's own request id
	KeyRequestCost         = "lowcode.request.cost"          // double, in the currency beside it
	KeyRequestCostCurrency = "lowcode.request.cost.currency" // string, ISO 4217
	KeyRequestDryRun       = "lowcode.request.dry_run"       // boolean
	KeyRequestRows         = "lowcode.request.rows"          // int, rows or records that the call handed out
	KeyAPIID               = "lowcode.api.id"                // string, the catalog's id of the API
	KeyAPIOperationID      = "lowcode.api.operation.id"      // string, OpenAPI's operationId
	KeyDataClassification  = "lowcode.data.classification"   // string
	KeyDataRetentionClass  = "lowcode.data.retention_class"  // string
	KeyReportSource        = "lowcode.report.source"         // enum ReportSource
	KeyTimeClamped         = "lowcode.time.clamped"          // boolean: the sender's clock was not believed
	KeyTextReplaced        = "lowcode.text.replaced"         // boolean: a text that JSON cannot hold was changed to be stored
)

// Redaction: what was taken out of a record.
const (
	KeyRedactionDetectors = "lowcode.redaction.detectors" // string[], names of the detectors that found something, sorted
	KeyRedactionCount     = "lowcode.redaction.count"     // int, how many matches were replaced
	KeyRedactionAliases   = "lowcode.redaction.aliases"   // string[]: "old new", two tokens of one value while a key is rotated
)

// EventFinding is the EventName of a log record that carries a finding.
const EventFinding = "lowcode.finding"

// Status says how an identity was established.
const (
	StatusVerified     = "verified"
	StatusClaimed      = "claimed"
	StatusConflicting  = "conflicting"
	StatusInherited    = "inherited"
	StatusUnattributed = "unattributed"
)

// Method names the signal that established an identity.
const (
	MethodMTLS            = "mtls"
	MethodJWTClaim        = "jwt_claim"
	MethodCredential      = "credential"
	MethodGatewayConsumer = "gateway_consumer"
	MethodHeader          = "header"
	MethodAgent           = "agent"
	MethodUserAgent       = "user_agent"
	MethodSourceIP        = "source_ip"
	MethodRoute           = "route"
	MethodTraceParent     = "trace_parent"
	MethodDefault         = "default"
)

// Reason says why a record has no identity.
const (
	ReasonNoSignal   = "no_signal"
	ReasonUnknownKey = "unknown_key"
	ReasonAmbiguous  = "ambiguous"
	ReasonExpired    = "expired"
	ReasonInvalid    = "invalid_token"
	ReasonDisabled   = "disabled"
)

// ReportSource ranks the reports of one API call, best first.
const (
	ReportEdge       = "edge"        // a declared edge
	ReportGatewayLog = "gateway_log" // a gateway's own access log
	ReportServer     = "server"      // an entry server or consumer span
	ReportClient     = "client"      // the caller's own client span
)
