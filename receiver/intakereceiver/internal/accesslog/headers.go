package accesslog

import (
	"slices"
	"strings"

	"github.com/weir-otel/weir/receiver/intakereceiver/internal/fields"
)

const (
	headerPrefix = "http.request.header."
	maxHeaders   = 128 // gateways read about 100
)

// Headers says which request headers of a log are not kept. Names are in lower
// case. All others are, for redact to clean.
type Headers struct {
	// Drop are never kept, in neither spelling: readers of attributes take
	// x_consumer_id for X-Consumer-ID, and gateways let such headers through.
	Drop []string

	// Checked are set by the gateway when it has authenticated the request, and
	// are whatever the client wrote otherwise. They are kept where Authenticated.
	Checked       []string
	Authenticated bool
}

// SessionHeaders carry what identifies a session or a proxy's user. No decision
// needs them.
func SessionHeaders() []string {
	return []string{"proxy-authorization", "cookie", "cookie2"}
}

// CallerHeaders are the headers in which gateways tell their upstream who calls.
func CallerHeaders() []string {
	return []string{
		"x-consumer-id", "x-consumer-username", "x-consumer-custom-id",
		"x-consumer-groups", "x-authenticated-groups", "x-authenticated-scope", "x-authenticated-userid",
		"x-credential-identifier", "x-credential-username", "x-anonymous-consumer",
		"x-forwarded-client-cert",
	}
}

// PutHeaders puts the request headers that are kept, sorted so that the same
// entry always gives the same span. user-agent has an attribute of its own.
func (e *Entry) PutHeaders(headers fields.Object, policy Headers) {
	names := make([]string, 0, len(headers))
	for name := range headers {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names[:min(len(names), maxHeaders)] {
		key := strings.ToLower(name)
		if key == "user-agent" {
			e.PutText("user_agent.original", headers.Text(name))
			continue
		}
		if policy.keep(key) {
			e.PutHeader(key, headers.Texts(name)...)
		}
	}
}

func (h *Headers) keep(key string) bool {
	name := strings.ReplaceAll(key, "_", "-")
	switch {
	case key == "" || strings.ContainsFunc(key, notToken), slices.Contains(h.Drop, name):
		return false
	case slices.Contains(h.Checked, name):
		return name == key && h.Authenticated
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
