package auditlog

import (
	"strings"

	"github.com/weir-otel/weir/internal/lowcode"
	"github.com/weir-otel/weir/receiver/intakereceiver/internal/fields"
	"github.com/weir-otel/weir/receiver/intakereceiver/internal/jsonbody"
)

// Workato reads the audit log streaming of Workato, in whatever wrapper was
// configured around its {{log_message}}: the event is the first object with an
// event_type.
//
// See https://docs.workato.com/features/activity-audit-log/audit-log-streaming.html
func Workato() *Format {
	return &Format{Name: "workato", Expected: "one Workato audit log event", unwrap: unwrapWorkato, read: readWorkato}
}

func unwrapWorkato(record fields.Object) []fields.Object {
	if record.Text("event_type") != "" {
		return []fields.Object{record}
	}
	for key := range record {
		if events := children(record, key); len(events) > 0 && events[0].Text("event_type") != "" {
			return events
		}
	}
	return []fields.Object{record}
}

func readWorkato(e *event) *jsonbody.Refusal {
	kind := e.Text("event_type")
	if kind == "" {
		return missing("event_type", `the type of the event, e.g. "connector_updated"`)
	}
	e.name(workatoEvent(kind), kind)
	context := e.Child("context")
	e.put(lowcode.KeyEventID, e.Text("id"))
	e.put(lowcode.KeyEventActor, e.Text("user.email"), context.Text("user_email"), e.Text("user.id"), context.Text("user_id"))
	e.put("user.id", e.Text("user.id"), context.Text("user_id"))
	e.put(lowcode.KeyEventObject, e.Text("resource.name"), context.Text("resource_name"), e.Text("resource_type"))
	e.put(lowcode.KeyWorkflowID, context.Text("recipe_id"), e.Text("recipe_id"))
	e.put(lowcode.KeyWorkflowRunID, context.Text("job_id"), e.Text("job_id"))
	e.put("client.address", e.Text("user.ip_address"), context.Text("user_ip"))
	return e.at("timestamp")
}

func workatoEvent(kind string) string {
	switch {
	case strings.HasSuffix(kind, "_api_key_refreshed"), strings.HasSuffix(kind, "_token_refreshed"):
		return lowcode.EventCredentialRotated
	case strings.Contains(kind, "_token_") || strings.Contains(kind, "_api_key_"):
		return lowcode.EventTokenGranted
	}
	for _, changed := range []string{"_created", "_updated", "_deleted", "_connected", "_disconnected", "_started", "_stopped", "_cloned", "_imported"} {
		if strings.HasSuffix(kind, changed) {
			return lowcode.EventConfigChanged
		}
	}
	return ""
}
