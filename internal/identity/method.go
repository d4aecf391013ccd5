package identity

import "github.com/weir-otel/weir/internal/lowcode"

// Method names the signal that established an identity.
type Method uint8

// The methods, strongest first; None for an unattributed record.
const (
	None Method = iota
	MTLS
	JWTClaim   // by Weir's own check, or vouched for by a gateway
	Credential // the gateway's id of it, or its keyed hash
	GatewayConsumer
	Header
	Agent
	UserAgent
	Route
	SourceIP
	TraceParent
)

var methodNames = [...]string{
	"", lowcode.MethodMTLS, lowcode.MethodJWTClaim, lowcode.MethodCredential, lowcode.MethodGatewayConsumer, lowcode.MethodHeader,
	lowcode.MethodAgent, lowcode.MethodUserAgent, lowcode.MethodRoute, lowcode.MethodSourceIP, lowcode.MethodTraceParent,
}

// Methods is how many there are, for tables indexed by them.
const Methods = len(methodNames)

// String returns the value of lowcode.identity.method.
func (m Method) String() string { return methodNames[m] }

// MethodOf returns the method of a name, e.g. "user_agent".
func MethodOf(name string) (Method, bool) {
	for m := MTLS; int(m) < Methods; m++ {
		if m.String() == name {
			return m, true
		}
	}
	return None, false
}

// worth is the confidence in a signal, by whether a trusted peer sent it.
type worth struct{ trusted, other float64 }

var (
	certificateWorth   = worth{0.97, 0.5}
	verifiedTokenWorth = worth{0.96, 0.96}
	claimWorth         = worth{0.95, 0.5}
	credentialIDWorth  = worth{0.92, 0.45}
	hashWorth          = worth{0.9, 0.4}
	consumerWorth      = worth{0.9, 0.4}
	headerWorth        = worth{0.4, 0.3}
	agentWorth         = worth{0.3, 0.3}
	userAgentWorth     = worth{0.2, 0.2}
	routeWorth         = worth{0.15, 0.15}
	prefixWorth        = worth{0.1, 0.1} // of a user agent that only begins like a listed one
	addressWorth       = worth{0.1, 0.1}
)

const (
	conflictConfidence  = 0.5 // the verified side may be stolen, the other may lie
	inheritedConfidence = 0.9 // times the confidence of the record it came from
)
