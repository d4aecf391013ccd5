package lowcode

// Names of log records that are audit events: what happened to connectors,
// credentials and policies, as gateways, identity providers, policy engines and
// platforms tell it, and what Weir itself did that has to be accounted for.
const (
	EventConfigChanged      = "lowcode.connector.config.changed"
	EventConnectorContained = "lowcode.connector.contained" // switched off by an alert's webhook
	EventTokenGranted       = "lowcode.token.granted"
	EventTokenExchanged     = "lowcode.token.exchanged"
	EventTokenRefused       = "lowcode.token.refused" // a grant or exchange that failed
	EventTokenRevoked       = "lowcode.token.revoked"
	EventCredentialRotated  = "lowcode.credential.rotated"
	EventQuotaBreached      = "lowcode.quota.breached"
	EventPolicyAllowed      = "lowcode.policy.allowed"
	EventPolicyDenied       = "lowcode.policy.denied"
	EventPolicyTested       = "lowcode.policy.tested" // of a change or a template, before it is listed
	EventSignatureChecked   = "lowcode.signature.checked"

	EventRedactionRevealed  = "lowcode.redaction.revealed"   // a sealed value was opened
	EventRedactionRecorded  = "lowcode.redaction.recorded"   // what was taken out of a batch
	EventErasureCompleted   = "lowcode.erasure.completed"    // the receipt
	EventDeadLetterReplayed = "lowcode.dead_letter.replayed" // rows were sent again by hand
	EventCatalogPublished   = "lowcode.catalog.published"
	EventReattributed       = "lowcode.identity.reattributed"
)

// Keys of audit events.
const (
	KeyEventID        = "lowcode.event.id"        // string, the sender's own; the same when it is sent again
	KeyEventActor     = "lowcode.event.actor"     // string, who did it; else the user, else the token's client
	KeyEventApprover  = "lowcode.event.approver"  // string, who approved it
	KeyEventSubject   = "lowcode.event.subject"   // string, on whose behalf or to whom; else the user
	KeyEventObject    = "lowcode.event.object"    // string, to what: a setting, a scope, an endpoint
	KeyEventOldValue  = "lowcode.event.old_value" // string
	KeyEventNewValue  = "lowcode.event.new_value" // string
	KeyEventRationale = "lowcode.event.rationale" // string, why
	KeyPolicyName     = "lowcode.policy.name"     // string, which policy decided
	KeyPolicyDecision = "lowcode.policy.decision" // string: allow, deny, grant, refuse, …; else by the event's name
)
