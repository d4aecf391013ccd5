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
	KeyCredentialID               = "lowcode.credential.id"                // string, the gateway's own id
	KeyCredentialType             = "lowcode.credential.type"              // enum: api_key, bearer, basic, mtls, hmac
	KeyActorType                  = "lowcode.actor.type"                   // enum: user, service, ai_agent, browser_app, native_app
)

// Request: facts of one API call that semantic conventions have no key for.
const (
	KeyRequestID          = "lowcode.request.id"          // string, the gateway's own request id
	KeyRequestCost        = "lowcode.request.cost"        // double, in the tenant's currency
	KeyRequestDryRun      = "lowcode.request.dry_run"     // boolean
	KeyDataClassification = "lowcode.data.classification" // string
	KeyReportSource       = "lowcode.report.source"       // enum ReportSource
	KeyTimeClamped        = "lowcode.time.clamped"        // boolean: the sender's clock was not believed
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
	ReasonDisabled   = "disabled"
)

// ReportSource ranks the reports of one API call, best first.
const (
	ReportEdge       = "edge"        // a declared edge
	ReportGatewayLog = "gateway_log" // a gateway's own access log
	ReportServer     = "server"      // an entry server or consumer span
	ReportClient     = "client"      // the caller's own client span
)
