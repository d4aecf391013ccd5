package audit

import (
	"strings"

	"github.com/weir-otel/weir/internal/lowcode"
)

// decisions has the names of all audit events, with the decision that the name
// alone says.
var decisions = map[string]string{
	lowcode.EventConfigChanged:      "",
	lowcode.EventTokenGranted:       "grant",
	lowcode.EventTokenExchanged:     "grant",
	lowcode.EventTokenRefused:       "refuse",
	lowcode.EventTokenRevoked:       "revoke",
	lowcode.EventCredentialRotated:  "",
	lowcode.EventQuotaBreached:      "",
	lowcode.EventPolicyAllowed:      "allow",
	lowcode.EventPolicyDenied:       "deny",
	lowcode.EventPolicyTested:       "",
	lowcode.EventSignatureChecked:   "",
	lowcode.EventConnectorContained: "",
	lowcode.EventRedactionRevealed:  "",
	lowcode.EventRedactionRecorded:  "",
	lowcode.EventErasureCompleted:   "",
	lowcode.EventDeadLetterReplayed: "",
	lowcode.EventCatalogPublished:   "",
	lowcode.EventReattributed:       "",
}

// IsEvent says whether a log record of this name is an audit event.
func IsEvent(name string) bool {
	if !strings.HasPrefix(name, lowcode.Prefix) {
		return false
	}
	_, ok := decisions[name]
	return ok
}

// Kind is the form of an event's name in table events: policy.denied.
func Kind(name string) string { return strings.TrimPrefix(name, lowcode.Prefix) }

// DecisionOf is the decision that an event's name says, if it does.
func DecisionOf(name string) string { return decisions[name] }
