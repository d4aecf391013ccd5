package auditlog

import (
	"strings"

	"github.com/weir-otel/weir/internal/lowcode"
	"github.com/weir-otel/weir/receiver/intakereceiver/internal/fields"
	"github.com/weir-otel/weir/receiver/intakereceiver/internal/jsonbody"
)

// Okta reads event hooks of Okta, and events of its System Log as they are.
//
// See https://developer.okta.com/docs/reference/api/event-types/
func Okta() *Format {
	return &Format{Name: "okta", Expected: "one Okta event hook, or System Log event", unwrap: unwrapOkta, read: readOkta}
}

func unwrapOkta(record fields.Object) []fields.Object {
	if events := children(record.Child("data"), "events"); events != nil {
		return events
	}
	return []fields.Object{record}
}

func readOkta(e *event) *jsonbody.Refusal {
	kind := e.Text("eventType")
	if kind == "" {
		return missing("eventType", `the type of the event, e.g. "app.oauth2.as.token.grant.access_token"`)
	}
	debug := e.Child("debugContext").Child("debugData")
	success := e.Text("outcome.result") != "FAILURE"
	name := oktaEvent(kind, debug.Text("grantType"), success)
	e.name(name, kind)
	if !success {
		e.failed(e.Text("outcome.reason"))
	}
	e.put(lowcode.KeyEventID, e.Text("uuid"))
	e.put(lowcode.KeyEventActor, e.Text("actor.displayName"), e.Text("actor.id"))
	if name == lowcode.EventTokenGranted || name == lowcode.EventTokenExchanged || name == lowcode.EventTokenRefused || name == lowcode.EventTokenRevoked {
		e.client(e.Text("actor.id"))
		e.scopes(firstTexts(debug, "grantedScopes", "requestedScopes"))
	}
	for _, target := range children(e.Object, "target") {
		switch kind := target.Text("type"); {
		case kind == "access_token":
			e.put(lowcode.KeyTokenID, target.Text("id"))
			e.put("user.id", target.Text("detailEntry.subject"))
		case kind == "User" && e.Text("actor.type") != "User":
			e.put("user.id", target.Text("id"))
		default:
			e.put(lowcode.KeyEventObject, target.Text("displayName"), target.Text("id"))
		}
	}
	if e.Text("actor.type") == "User" {
		e.put("user.id", e.Text("actor.id"))
	}
	e.put("client.address", e.Text("client.ipAddress"))
	e.put("user_agent.original", e.Text("client.userAgent.rawUserAgent"))
	e.put(lowcode.KeyRequestID, e.Text("transaction.id"))
	return e.at("published")
}

func oktaEvent(kind, grantType string, success bool) string {
	switch {
	case strings.Contains(kind, ".token.revoke"):
		return lowcode.EventTokenRevoked
	case strings.Contains(kind, ".token.grant") && !success:
		return lowcode.EventTokenRefused
	case strings.Contains(kind, ".token.grant") && (strings.HasSuffix(grantType, "token-exchange") || strings.HasSuffix(kind, "id_jag")):
		return lowcode.EventTokenExchanged
	case strings.Contains(kind, ".token.grant"):
		return lowcode.EventTokenGranted
	case strings.Contains(kind, "rate_limit"):
		return lowcode.EventQuotaBreached
	case strings.HasPrefix(kind, "app.oauth2.client.credential."), strings.HasPrefix(kind, "app.oauth2.client.secret."):
		return lowcode.EventCredentialRotated
	}
	for _, changed := range []string{
		"app.oauth2.client.lifecycle.", "app.cross_app_access.connection.", "resource_servers.", "app.ai_agent_provider.",
		"application.lifecycle.", "policy.lifecycle.", "policy.rule.", "app.oauth2.as.", "system.api_token.",
	} {
		if strings.HasPrefix(kind, changed) {
			return lowcode.EventConfigChanged
		}
	}
	return ""
}

// firstTexts are the values of the first key that has some.
func firstTexts(o fields.Object, keys ...string) []string {
	for _, key := range keys {
		if values := o.Texts(key); len(values) > 0 {
			return values
		}
	}
	return nil
}
