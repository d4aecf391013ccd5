package auditlog

import (
	"strings"

	"github.com/weir-otel/weir/internal/lowcode"
	"github.com/weir-otel/weir/receiver/intakereceiver/internal/jsonbody"
)

// N8N reads the log streaming of n8n (Enterprise) to a webhook: one event a
// request, {"id", "ts", "eventName", "message", "payload"}.
//
// See https://docs.n8n.io/log-streaming/
func N8N() *Format {
	return &Format{Name: "n8n", Expected: "one n8n log streaming event", read: readN8N}
}

func readN8N(e *event) *jsonbody.Refusal {
	kind := e.Text("eventName")
	if kind == "" {
		return missing("eventName", `the name of the event, e.g. "n8n.audit.workflow.updated"`)
	}
	kind = strings.TrimPrefix(kind, "n8n.")
	payload := e.Child("payload")
	e.name(n8nEvent(kind), kind)
	if strings.HasSuffix(kind, ".failed") {
		e.failed(payload.Text("reason", "error", "status"))
	}
	e.put(lowcode.KeyEventID, e.Text("id"))
	e.put(lowcode.KeyEventActor, payload.Text("_email"), payload.Text("userId"))
	e.put("user.id", payload.Text("userId"))
	e.put("user.email", payload.Text("_email"))
	e.put(lowcode.KeyWorkflowID, payload.Text("workflowId"))
	e.put(lowcode.KeyWorkflowRunID, payload.Text("executionId"))
	e.put(lowcode.KeyCredentialID, payload.Text("credentialId"))
	e.put(lowcode.KeyEventObject, payload.Text("credentialName"), payload.Text("workflowName"), payload.Text("toolName"))
	e.put("gen_ai.tool.name", payload.Text("toolName"))
	e.put("mcp.client.name", payload.Text("clientName"))
	return e.at("ts")
}

func n8nEvent(kind string) string {
	rest, audit := strings.CutPrefix(kind, "audit.")
	verb := rest[strings.LastIndexByte(rest, '.')+1:]
	switch {
	case !audit:
		return ""
	case strings.HasPrefix(rest, "token-exchange.") && verb == "succeeded":
		return lowcode.EventTokenExchanged
	case strings.HasPrefix(rest, "token-exchange."):
		return lowcode.EventTokenRefused
	case strings.HasPrefix(rest, "service-account.token.") && verb == "created", strings.HasPrefix(rest, "user.api.") && verb == "created":
		return lowcode.EventTokenGranted
	case strings.HasPrefix(rest, "service-account.token."), strings.HasPrefix(rest, "user.api.") && verb == "deleted":
		return lowcode.EventTokenRevoked
	}
	for _, changed := range []string{"user.credentials.", "workflow.", "variable.", "package.", "user.updated", "external-secrets."} {
		if strings.HasPrefix(rest, changed) && verb != "executed" {
			return lowcode.EventConfigChanged
		}
	}
	return ""
}
