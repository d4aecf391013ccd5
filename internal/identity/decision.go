package identity

import (
	"github.com/weir-otel/weir/internal/catalog"
	"github.com/weir-otel/weir/internal/lowcode"
)

// Status says how an identity was established.
type Status uint8

// The statuses, in the order of lowcode's enum.
const (
	Verified Status = iota
	Claimed
	Conflicting
	Inherited
	Unattributed
)

var statusNames = [...]string{
	lowcode.StatusVerified, lowcode.StatusClaimed, lowcode.StatusConflicting, lowcode.StatusInherited, lowcode.StatusUnattributed,
}

// String returns the value of lowcode.identity.status.
func (s Status) String() string { return statusNames[s] }

// Method names the signal that established an identity.
type Method uint8

// The methods in use, strongest first; None for an unattributed record.
const (
	None Method = iota
	JWTClaim
	Credential
	GatewayConsumer
	Header
	UserAgent
	SourceIP
	TraceParent
)

var methodNames = [...]string{
	"", lowcode.MethodJWTClaim, lowcode.MethodCredential, lowcode.MethodGatewayConsumer, lowcode.MethodHeader,
	lowcode.MethodUserAgent, lowcode.MethodSourceIP, lowcode.MethodTraceParent,
}

// String returns the value of lowcode.identity.method.
func (m Method) String() string { return methodNames[m] }

// Reason says why a record has no identity.
type Reason uint8

// The reasons in use; NoReason for a record that has an identity.
const (
	NoReason Reason = iota
	NoSignal
	UnknownKey
	Ambiguous
)

var reasonNames = [...]string{"", lowcode.ReasonNoSignal, lowcode.ReasonUnknownKey, lowcode.ReasonAmbiguous}

// String returns the value of lowcode.identity.unattributed_reason.
func (r Reason) String() string { return reasonNames[r] }

// How many values of each enum there are, for tables indexed by them.
const (
	Statuses = len(statusNames)
	Methods  = len(methodNames)
	Reasons  = len(reasonNames)
)

const (
	conflictConfidence  = 0.5 // the verified side may be stolen, the other may lie
	inheritedConfidence = 0.9 // times the confidence of the record it came from
	maxEvidence         = 4
)

// confidence of a method, by whether a trusted peer vouches for the signal.
var confidence = [Methods]struct{ trusted, other float64 }{
	JWTClaim:        {0.95, 0.5},
	Credential:      {0.92, 0.45},
	GatewayConsumer: {0.9, 0.4},
	Header:          {0.4, 0.3},
	UserAgent:       {0.2, 0.2},
	SourceIP:        {0.1, 0.1},
}

const prefixConfidence = 0.1 // of a user agent that only begins like a listed one

// Decision is the identity of one record.
type Decision struct {
	Status     Status
	Method     Method
	Reason     Reason
	Confidence float64
	Connector  *catalog.Connector // nil when unattributed
	sides      [2]side            // of a conflict or an ambiguity

	Platform     string // the connector's, else what the user agent claims
	WorkflowID   string
	RunID        string
	CredentialID string // set only if a trusted peer vouches for it

	evidence  [maxEvidence]string
	evidences int
}

// Evidence lists the signals that were found, as "method=attribute key".
func (d *Decision) Evidence() []string { return d.evidence[:d.evidences] }

func (d *Decision) addEvidence(evidence string) {
	if d.evidences < maxEvidence {
		d.evidence[d.evidences] = evidence
		d.evidences++
	}
}

// side is one of two signals that name different connectors.
type side struct {
	status    Status // Verified or Claimed
	connector *catalog.Connector
}

// HasConflict reports whether two signals name different connectors.
func (d *Decision) HasConflict() bool { return d.sides[1].connector != nil }

// Conflict lists both sides of a conflict: "verified=crm-sync", "claimed=nightly".
func (d *Decision) Conflict() []string {
	if !d.HasConflict() {
		return nil
	}
	return []string{d.sides[0].text(), d.sides[1].text()}
}

func (s side) text() string { return s.status.String() + "=" + s.connector.ID }
