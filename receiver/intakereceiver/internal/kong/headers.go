package kong

import (
	"slices"

	"github.com/weir-otel/weir/receiver/intakereceiver/internal/accesslog"
)

// Kong's authentication plugins set these where they found a consumer or a
// credential; elsewhere they are the client's. Who the consumer is comes from the
// entry's consumer object instead; and only some of the plugins set
// X-Authenticated-UserId, which is taken as the user where UserHeader says that
// Kong sets it.
var (
	callerHeaders     = []string{"x-consumer-groups", "x-authenticated-groups", "x-authenticated-scope", "x-anonymous-consumer"}
	credentialHeaders = []string{"x-credential-identifier", "x-credential-username"}
)

// policy says which request headers of the entry are kept. Of Authorization Kong
// logs only REDACTED.
func policy(e *accesslog.Entry, gatewayHeaders []string) accesslog.Headers {
	vouched := slices.Clone(gatewayHeaders)
	if authenticated(e) {
		vouched = append(vouched, callerHeaders...)
	}
	if hasCredential(e) {
		vouched = append(vouched, credentialHeaders...)
	}
	return accesslog.Headers{Drop: []string{"authorization"}, Vouched: vouched}
}

// authenticated says whether a plugin of Kong vouched for the caller.
func authenticated(e *accesslog.Entry) bool {
	return len(e.Child("consumer")) > 0 || hasCredential(e)
}

func hasCredential(e *accesslog.Entry) bool { return len(e.Child("authenticated_entity")) > 0 }
