// Package kong turns the access-log entries of Kong Gateway's http-log plugin
// into spans.
//
// The shape is that of Kong's pdk.log.serialize (kong/pdk/log.lua), from Kong 2
// to 3.15. Kong encodes an empty Lua table as {} or [], may leave out any part
// it does not know (no consumer, no route, no service), and writes -1 for a
// latency it did not measure; all of this is taken. What an entry must have is
// `request` with a method; a field that is needed and has the wrong type is
// refused with its path.
//
// What vouches for the caller is the entry's `consumer` and
// `authenticated_entity`, which Kong itself fills in. The X-Consumer-* request
// headers say the same to the upstream; but where no plugin authenticated the
// request they are whatever the client sent. So they are taken from those
// objects only. The same goes for all headers that only a gateway may set: they
// are dropped but for those of Kong's authentication plugins, where one was at
// work, and those that the operator names.
package kong

import (
	"github.com/weir-otel/weir/receiver/intakereceiver/internal/accesslog"
	"github.com/weir-otel/weir/receiver/intakereceiver/internal/jsonbody"
)

// Options say what the entries themselves do not. Names are in lower case.
type Options struct {
	UserHeader     string   // that Kong itself sets to the user; empty takes no user
	GatewayHeaders []string // that only a gateway may set and Kong sets on every route
}

// Format reads the http-log plugin's entries.
func Format(opts Options) *accesslog.Format {
	return &accesslog.Format{
		Name:     "kong",
		Expected: "one Kong http-log entry",
		Read:     func(e *accesslog.Entry) *jsonbody.Refusal { return read(e, opts) },
	}
}
