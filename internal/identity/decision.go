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

// Reason says why a record has no identity.
type Reason uint8

// The reasons; NoReason for a record that has an identity.
const (
	NoReason Reason = iota
	NoSignal
	UnknownKey
	Ambiguous
	Expired      // the token's time was over
	InvalidToken // its signature, algorithm, audience or form is wrong, or its time has not come
	Disabled     // the only signals are of a method that is switched off
)

var reasonNames = [...]string{
	"", lowcode.ReasonNoSignal, lowcode.ReasonUnknownKey, lowcode.ReasonAmbiguous,
	lowcode.ReasonExpired, lowcode.ReasonInvalid, lowcode.ReasonDisabled,
}

// String returns the value of lowcode.identity.unattributed_reason.
func (r Reason) String() string { return reasonNames[r] }

// How many values of each enum there are, for tables indexed by them.
const (
	Statuses = len(statusNames)
	Reasons  = len(reasonNames)
)

const maxEvidence = 6

// Decision is the identity of one record.
type Decision struct {
	Status     Status
	Method     Method
	Reason     Reason
	Vouched    bool // the sender is trusted for some signal
	trust      Trust
	Confidence float64
	Connector  *catalog.Connector // nil when unattributed
	sides      [2]side            // of a conflict or an ambiguity

	Platform     string // the connector's, else what the user agent or the source address says
	WorkflowID   string
	RunID        string
	CredentialID string // set only if the sender is trusted for credentials

	evidence  [maxEvidence]string
	evidences int
}

// Evidence lists the signals that were found, as "method=attribute key".
func (d *Decision) Evidence() []string { return d.evidence[:d.evidences:d.evidences] }

func (d *Decision) addEvidence(evidence string) {
	n := d.evidences
	if n == maxEvidence || n > 0 && d.evidence[n-1] == evidence { // two claims of one token
		return
	}
	d.evidence[n] = evidence
	d.evidences++
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
