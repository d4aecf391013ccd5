package kong

import (
	"slices"
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"
)

const (
	headerPrefix = "http.request.header."
	maxHeaders   = 128 // Kong itself reads 100
)

// secretHeaders carry credentials in every request. Their values are dropped
// here already; redact cleans all others (an API key in a header of its own
// name, say, which identity may need to see first).
var secretHeaders = []string{"authorization", "proxy-authorization", "cookie", "cookie2"}

// callerHeaders are set by Kong's authentication plugins. Where none ran they
// are whatever the client sent, so they count only beside a consumer. Only some
// plugins set x-authenticated-userid; so it is dropped here, and taken as the
// user where the option UserHeader says that Kong sets it.
var callerHeaders = []string{
	"x-consumer-groups", "x-authenticated-groups", "x-authenticated-scope",
	"x-credential-identifier", "x-credential-username", "x-anonymous-consumer",
}

// consumerHeaders are always taken from the entry's consumer object instead.
var consumerHeaders = []string{"x-consumer-id", "x-consumer-username", "x-consumer-custom-id"}

// setHeaders puts the request headers, sorted so that the same entry always
// gives the same span.
func (e entry) setHeaders(attrs pcommon.Map) {
	headers := e.child("request").child("headers")
	names := make([]string, 0, len(headers))
	for name := range headers {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names[:min(len(names), maxHeaders)] {
		key := strings.ToLower(name)
		if key == "user-agent" {
			putText(attrs, "user_agent.original", headers.text(name))
			continue
		}
		if e.keepHeader(key) {
			putList(attrs, headerPrefix+key, headers.texts(name)...)
		}
	}
}

// keepHeader takes x_consumer_id for X-Consumer-ID: Kong lets such headers of
// clients through, and readers of attributes take the two for one.
func (e entry) keepHeader(key string) bool {
	name := strings.ReplaceAll(key, "_", "-")
	switch {
	case key == "" || strings.ContainsFunc(key, notToken):
		return false
	case slices.Contains(secretHeaders, name), slices.Contains(consumerHeaders, name), name == "x-authenticated-userid":
		return false
	case slices.Contains(callerHeaders, name):
		return name == key && e.authenticated()
	}
	return true
}

// notToken says whether r may not be in a header's name (RFC 9110, 5.6.2).
func notToken(r rune) bool {
	switch {
	case 'a' <= r && r <= 'z', '0' <= r && r <= '9':
		return false
	}
	return !strings.ContainsRune("!#$%&'*+-.^_`|~", r)
}
