package auditlog

import (
	"strings"

	"github.com/weir-otel/weir/internal/lowcode"
	"github.com/weir-otel/weir/receiver/intakereceiver/internal/fields"
	"github.com/weir-otel/weir/receiver/intakereceiver/internal/jsonbody"
)

// OPA reads the decision logs of the Open Policy Agent.
//
// See https://www.openpolicyagent.org/docs/latest/management-decision-logs/
func OPA() *Format {
	return &Format{Name: "opa", Expected: "one OPA decision log entry", read: readOPA}
}

func readOPA(e *event) *jsonbody.Refusal {
	if e.Text("decision_id") == "" {
		return missing("decision_id", "the id of the decision, a text")
	}
	path := strings.Trim(e.Text("path"), "/")
	denied, known := opaDenied(path, e.Object["result"])
	switch {
	case !known:
		e.name("", "decision")
	case denied:
		e.name(lowcode.EventPolicyDenied, "")
		e.failed("denied")
	default:
		e.name(lowcode.EventPolicyAllowed, "")
	}
	input := e.Child("input")
	e.put(lowcode.KeyEventID, e.Text("decision_id"))
	e.put(lowcode.KeyPolicyName, path)
	e.put(lowcode.KeyEventRationale, jsonText(e.Object["result"]))
	e.put(lowcode.KeyEventActor, input.Text("user"), input.Text("user.id"), input.Text("subject"), input.Text("token.payload.sub"))
	e.put(lowcode.KeyEventObject, strings.Join(input.Texts("requested_scopes"), " "), strings.TrimSpace(input.Text("method")+" "+input.Text("path")), input.Text("action"))
	e.scopes(input.Texts("requested_scopes"))
	e.put("user.id", input.Text("user"), input.Text("user.id"))
	// Who asks is the word of the service that asked.
	e.putTexts("http.request.header.x-connector-id", opaConnector(e.Object))
	e.put("opa.bundle.revision", opaRevision(e.Child("bundles")))
	e.trace(e.Text("trace_id"), e.Text("span_id"))
	return e.at("timestamp")
}

// opaDenied says whether the result of a policy at path means no. A rule named
// deny or violation says why not, others whether.
func opaDenied(path string, result any) (denied, known bool) {
	last := path[strings.LastIndexByte(path, '/')+1:]
	negative := strings.Contains(last, "deny") || strings.Contains(last, "violation") || strings.Contains(last, "block")
	switch v := result.(type) {
	case bool:
		return v == negative, true
	case string:
		if v == "true" || v == "false" {
			return (v == "true") == negative, true
		}
	case []any:
		return len(v) > 0, negative
	case map[string]any:
		for _, key := range []string{"allow", "allowed"} {
			if allow, ok := v[key].(bool); ok {
				return !allow, true
			}
		}
		for _, key := range []string{"deny", "denied", "violations"} {
			if nested, ok := v[key]; ok {
				return opaDenied("deny", nested)
			}
		}
		return len(v) > 0, negative
	}
	return false, false
}

func opaConnector(e fields.Object) []string {
	if id := e.Child("input").Text("connector.id", "connector_id", "connector"); id != "" {
		return []string{id}
	}
	for name, value := range e.Child("request_context").Child("http").Child("headers") {
		if strings.EqualFold(name, "x-connector-id") {
			return fields.Object{name: value}.Texts(name)
		}
	}
	return nil
}

// opaRevision is the revision of the only bundle.
func opaRevision(bundles fields.Object) string {
	if len(bundles) != 1 {
		return ""
	}
	for _, bundle := range bundles {
		if b, ok := bundle.(map[string]any); ok {
			return fields.Object(b).Text("revision")
		}
	}
	return ""
}
