package auditlog

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/weir-otel/weir/internal/lowcode"
	"github.com/weir-otel/weir/receiver/intakereceiver/internal/jsonbody"
)

// CloudEvents reads events of CloudEvents 1.0, structured or in batches; see
// Structured for the binary form. One whose type ends as the name of an audit
// event, com.example.connector.config.changed, is that event, with these fields
// of its data: connector_id, actor, approver, subject, object or field, old,
// new, rationale, decision, policy, jti, scopes.
//
// See https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md
func CloudEvents() *Format {
	return &Format{Name: "cloudevents", Expected: "one CloudEvent 1.0", read: readCloudEvent}
}

// Structured turns a request in binary mode, whose headers are the event's
// attributes, into a structured event. Other bodies are returned as they are.
func Structured(header http.Header, body []byte) []byte {
	if header.Get("Ce-Specversion") == "" {
		return body
	}
	event := map[string]any{}
	for name, values := range header {
		if key, ok := strings.CutPrefix(strings.ToLower(name), "ce-"); ok && len(values) > 0 {
			event[key] = values[0]
		}
	}
	if json.Valid(body) {
		event["data"] = json.RawMessage(body)
	} else if len(body) > 0 {
		event["data"] = string(body)
	}
	structured, err := json.Marshal(event)
	if err != nil {
		return body
	}
	return structured
}

func readCloudEvent(e *event) *jsonbody.Refusal {
	for _, attribute := range []string{"specversion", "type", "source", "id"} {
		if e.Text(attribute) == "" {
			return missing(attribute, "an attribute that every CloudEvent has")
		}
	}
	kind := e.Text("type")
	e.name(auditName(kind), kind)
	data := e.Child("data")
	// An id is unique together with its source.
	e.put(lowcode.KeyEventID, e.Text("source")+"#"+e.Text("id"))
	connector := data.Text("connector_id", "connector.id", "connectorId")
	if connector == "" {
		connector = e.Text("subject")
	}
	if connector != "" {
		e.putTexts("http.request.header.x-connector-id", []string{connector})
	}
	e.put(lowcode.KeyEventActor, data.Text("actor"))
	e.put(lowcode.KeyEventApprover, data.Text("approver"))
	e.put(lowcode.KeyEventSubject, data.Text("subject"))
	e.put(lowcode.KeyEventObject, data.Text("object", "field"))
	e.put(lowcode.KeyEventOldValue, jsonText(data["old"]))
	e.put(lowcode.KeyEventNewValue, jsonText(data["new"]))
	e.put(lowcode.KeyEventRationale, data.Text("rationale", "reason"))
	e.put(lowcode.KeyPolicyDecision, data.Text("decision"))
	e.put(lowcode.KeyPolicyName, data.Text("policy"))
	e.put(lowcode.KeyTokenID, data.Text("jti"))
	e.scopes(firstTexts(data, "scopes", "scope"))
	e.put("cloudevents.event_source", e.Text("source"))
	e.put("cloudevents.event_type", kind)
	e.traceparent(e.Text("traceparent"))
	return e.at("time")
}

// auditName is the audit event whose name ends a type, if one does.
func auditName(kind string) string {
	for _, name := range []string{
		lowcode.EventConfigChanged, lowcode.EventConnectorContained, lowcode.EventTokenGranted, lowcode.EventTokenExchanged,
		lowcode.EventTokenRefused, lowcode.EventTokenRevoked, lowcode.EventCredentialRotated, lowcode.EventQuotaBreached,
		lowcode.EventPolicyAllowed, lowcode.EventPolicyDenied, lowcode.EventPolicyTested, lowcode.EventSignatureChecked,
	} {
		suffix := strings.TrimPrefix(name, lowcode.Prefix)
		if kind == suffix || strings.HasSuffix(kind, "."+suffix) {
			return name
		}
	}
	return ""
}
