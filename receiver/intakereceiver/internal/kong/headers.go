package kong

import (
	"slices"

	"github.com/weir-otel/weir/receiver/intakereceiver/internal/accesslog"
)

// dropped are not kept: Kong writes REDACTED for Authorization; who the consumer
// is comes from the entry's consumer object; and only some of its plugins set
// X-Authenticated-UserId, which is taken as the user where the option UserHeader
// says that Kong sets it.
var dropped = slices.Concat(accesslog.SessionHeaders(), []string{
	"authorization", "x-consumer-id", "x-consumer-username", "x-consumer-custom-id", "x-authenticated-userid",
})

// checked are set by Kong's authentication plugins.
var checked = []string{
	"x-consumer-groups", "x-authenticated-groups", "x-authenticated-scope",
	"x-credential-identifier", "x-credential-username", "x-anonymous-consumer",
}

// authenticated says whether a plugin of Kong vouched for the caller.
func authenticated(e *accesslog.Entry) bool {
	return len(e.Child("consumer")) > 0 || len(e.Child("authenticated_entity")) > 0
}
