package auditlog

import (
	"strings"

	"github.com/weir-otel/weir/internal/lowcode"
	"github.com/weir-otel/weir/receiver/intakereceiver/internal/fields"
	"github.com/weir-otel/weir/receiver/intakereceiver/internal/jsonbody"
)

// Auth0 reads a log stream of Auth0: {"log_id": …, "data": {…}}, one, an array
// of them, one a line, or {"logs": [ … ]}.
//
// See https://auth0.com/docs/deploy-monitor/logs/log-event-type-codes
func Auth0() *Format {
	return &Format{Name: "auth0", Expected: "one Auth0 log stream event", unwrap: unwrapAuth0, read: readAuth0}
}

func unwrapAuth0(record fields.Object) []fields.Object {
	if logs := children(record, "logs"); logs != nil {
		return logs
	}
	return []fields.Object{record}
}

func readAuth0(e *event) *jsonbody.Refusal {
	if data := e.Child("data"); data != nil {
		if id := e.Text("log_id"); id != "" && data.Text("log_id") == "" {
			data["log_id"] = id
		}
		e.Object = data
	}
	kind := e.Text("type")
	if kind == "" {
		return missing("data.type", "the type of the event, e.g. \"seccft\"")
	}
	name := auth0Event(kind)
	e.name(name, kind)
	if strings.HasPrefix(kind, "f") {
		e.failed(kind)
	}
	e.put(lowcode.KeyEventID, e.Text("log_id"))
	if name == lowcode.EventConfigChanged {
		// The management API's client acts, not one that calls APIs.
		e.put(lowcode.KeyEventActor, e.Text("user_name"), e.Text("user_id"), e.Text("client_name"), e.Text("client_id"))
		e.put(lowcode.KeyEventObject, e.Text("details.request.path"), e.Text("description"))
		e.put(lowcode.KeyEventNewValue, jsonText(e.Child("details").Child("request")["body"]))
	} else {
		e.client(e.Text("client_id"))
		e.put(lowcode.KeyEventActor, e.Text("details.actor.sub"), e.Text("agent_id"), e.Text("client_id"))
	}
	e.put("user.id", e.Text("user_id"))
	e.put("client.address", e.Text("ip"))
	e.put("user_agent.original", e.Text("user_agent"))
	e.put("gen_ai.agent.id", e.Text("agent_id"))
	e.put(lowcode.KeyTokenID, e.Text("details.access_token_jti"))
	e.putTexts(lowcode.KeyTokenAudience, e.Texts("audience"))
	e.scopes(e.Texts("scope"))
	e.putTexts(lowcode.KeyActorChain, actorChain(e.Child("details").Child("actor")))
	return e.at("date")
}

// auth0Event is Weir's name of a type. Exchanges for tokens are s…ft where they
// worked and f…ft where not: seccft is one of client credentials.
func auth0Event(kind string) string {
	switch kind {
	case "secte", "success_on_behalf_of_token_exchange":
		return lowcode.EventTokenExchanged
	case "fecte", "failed_on_behalf_of_token_exchange":
		return lowcode.EventTokenRefused
	case "sapi", "mgmt_api_write":
		return lowcode.EventConfigChanged
	case "api_limit", "limit_wc", "limit_mu", "limit_sul":
		return lowcode.EventQuotaBreached
	case "srrt":
		return lowcode.EventTokenRevoked
	}
	switch {
	case strings.HasPrefix(kind, "se") && strings.HasSuffix(kind, "ft"):
		return lowcode.EventTokenGranted
	case strings.HasPrefix(kind, "fe") && strings.HasSuffix(kind, "ft"):
		return lowcode.EventTokenRefused
	}
	return ""
}

// actorChain is the chain of RFC 8693's act claim, the immediate actor first.
func actorChain(actor fields.Object) (chain []string) {
	const hops = 5
	for len(chain) < hops && actor != nil {
		if sub := actor.Text("sub"); sub != "" {
			chain = append(chain, sub)
		}
		actor = actor.Child("act")
	}
	return chain
}
