package auditlog

import (
	"bytes"
	"strings"

	"github.com/weir-otel/weir/internal/lowcode"
	"github.com/weir-otel/weir/receiver/intakereceiver/internal/fields"
	"github.com/weir-otel/weir/receiver/intakereceiver/internal/jsonbody"
)

// Keycloak reads the event hooks of Keycloak, one or {"events": [ … ]}, and the
// lines of its listener jboss-logging.
//
// See https://www.keycloak.org/docs/latest/server_admin/#configuring-auditing-to-track-events
func Keycloak() *Format {
	return &Format{
		Name: "keycloak", Expected: "one Keycloak event, or a line of its log listener",
		unwrap: unwrapEvents, read: readKeycloak, text: keycloakLines,
	}
}

// unwrapEvents takes {"events": [ … ]} apart.
func unwrapEvents(record fields.Object) []fields.Object {
	if events := children(record, "events"); events != nil {
		return events
	}
	return []fields.Object{record}
}

func readKeycloak(e *event) *jsonbody.Refusal {
	if operation := e.Text("operationType"); operation != "" {
		return readKeycloakAdmin(e, operation)
	}
	kind := e.Text("eventType", "type")
	if kind == "" {
		return missing("eventType", `the type of the event, e.g. "TOKEN_EXCHANGE"`)
	}
	e.name(keycloakEvent(kind), strings.ToLower(kind))
	if strings.HasSuffix(kind, "_ERROR") {
		e.failed(e.Text("error"))
	}
	details := e.Child("details")
	e.put(lowcode.KeyEventID, e.Text("eventId"))
	e.client(e.Text("clientId"))
	e.put(lowcode.KeyEventActor, details.Text("impersonator"), e.Text("clientId"))
	e.put("user.id", e.Text("userId"))
	e.put("client.address", e.Text("ipAddress"))
	e.put(lowcode.KeyTokenID, details.Text("token_id"))
	e.put(lowcode.KeyTokenIssuer, e.Text("realmName"), e.Text("realmId"))
	e.putTexts(lowcode.KeyTokenAudience, details.Texts("audience"))
	e.scopes(details.Texts("scope"))
	return e.at("time")
}

func readKeycloakAdmin(e *event, operation string) *jsonbody.Refusal {
	e.name(lowcode.EventConfigChanged, "")
	if reason := e.Text("error"); reason != "" {
		e.failed(reason)
	}
	e.put(lowcode.KeyEventID, e.Text("eventId"))
	e.put(lowcode.KeyEventActor, e.Text("auth.userId"), e.Text("auth.clientId"))
	e.put(lowcode.KeyEventObject, strings.TrimSpace(operation+" "+e.Text("resourcePath")))
	e.put(lowcode.KeyEventNewValue, jsonText(e.Object["representation"]))
	e.put("client.address", e.Text("auth.ipAddress"))
	if e.Text("resourceType") == "CLIENT" {
		e.put(lowcode.KeyEventSubject, e.Text("representation.clientId"))
	}
	return e.at("time")
}

func keycloakEvent(kind string) string {
	plain, failed := strings.CutSuffix(kind, "_ERROR")
	switch plain {
	case "TOKEN_EXCHANGE":
		kind = lowcode.EventTokenExchanged
	case "CLIENT_LOGIN", "CODE_TO_TOKEN", "REFRESH_TOKEN", "PERMISSION_TOKEN", "OAUTH2_DEVICE_CODE_TO_TOKEN":
		kind = lowcode.EventTokenGranted
	case "REVOKE_GRANT", "LOGOUT":
		kind = lowcode.EventTokenRevoked
	case "CLIENT_REGISTER", "CLIENT_UPDATE", "CLIENT_DELETE":
		return lowcode.EventConfigChanged
	default:
		return ""
	}
	if failed {
		return lowcode.EventTokenRefused
	}
	return kind
}

// keycloakDetails are what the listener writes beside the fields of the event.
var keycloakDetails = []string{"token_id", "grant_type", "scope", "audience", "client_auth_method", "auth_method", "impersonator"}

// keycloakLines reads lines such as
//
//	… [org.keycloak.events] (…) type=LOGIN_ERROR, realmId=test, username='jane doe'
//	… [org.keycloak.events] (…) type="TOKEN_EXCHANGE_ERROR", realmId="test"
//
// whose time has no day and is left out. Other lines are not taken.
func keycloakLines(body []byte) (records []fields.Object) {
	for line := range bytes.Lines(body) {
		text := string(line)
		at := strings.Index(text, "type=")
		if at < 0 || !strings.Contains(text[:at], "org.keycloak.events") {
			continue
		}
		record := fields.Object{}
		for key, value := range pairs(strings.TrimSpace(text[at:])) {
			// The first counts: what users wrote themselves comes last.
			if _, seen := record[key]; !seen && value != "" && value != "null" {
				record[key] = value
			}
		}
		details := map[string]any{}
		for _, key := range keycloakDetails {
			if value, ok := record[key]; ok {
				details[key] = value
			}
		}
		record["details"] = details
		records = append(records, record)
	}
	return records
}

// pairs yields key and value of k=v, k="v", k='v' with ", " between them.
func pairs(text string) func(yield func(key, value string) bool) {
	return func(yield func(key, value string) bool) {
		for text != "" {
			key, rest, ok := strings.Cut(text, "=")
			if !ok {
				return
			}
			var value, after string
			if quote := strings.IndexAny(rest, `"'`); quote == 0 {
				value, after, _ = strings.Cut(rest[1:], rest[:1])
				after = strings.TrimPrefix(after, ",")
			} else {
				value, after, _ = strings.Cut(rest, ",")
			}
			if !yield(strings.TrimSpace(key), value) {
				return
			}
			text = strings.TrimSpace(after)
		}
	}
}
