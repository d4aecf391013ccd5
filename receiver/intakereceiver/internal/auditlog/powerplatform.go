package auditlog

import (
	"strings"

	"github.com/weir-otel/weir/internal/lowcode"
	"github.com/weir-otel/weir/receiver/intakereceiver/internal/fields"
	"github.com/weir-otel/weir/receiver/intakereceiver/internal/jsonbody"
)

// PowerPlatform reads records of the Office 365 Management Activity API, of
// Power Platform, Power Automate and Power Apps: what was pulled from a
// contentUri. The API's own webhook tells only that there is something to pull.
//
// See https://learn.microsoft.com/office/office-365-management-api/office-365-management-activity-api-schema
func PowerPlatform() *Format {
	return &Format{Name: "power_platform", Expected: "one record of the Management Activity API", read: readPowerPlatform}
}

func readPowerPlatform(e *event) *jsonbody.Refusal {
	operation := e.Text("Operation")
	switch {
	case operation == "" && e.Text("contentUri") != "":
		return &jsonbody.Refusal{Field: "contentUri", Reason: "is a notification, not a record", Expected: "the records that are found at the contentUri: pull them and post them here"}
	case operation == "":
		return missing("Operation", `the operation, e.g. "PutConnection"`)
	}
	properties := powerProperties(e.Object)
	name := powerEvent(operation)
	e.name(name, operation)
	if status := e.Text("ResultStatus"); strings.HasPrefix(status, "Fail") {
		e.failed(status)
	}
	e.put(lowcode.KeyEventID, e.Text("Id"))
	e.put(lowcode.KeyEventActor, e.Text("UserId"), properties["enduser.principal_name"], e.Text("UserKey"))
	e.put("user.id", e.Text("UserId"), properties["enduser.id"])
	flow := lastSegment(e.Text("FlowDetailsUrl"))
	e.put(lowcode.KeyWorkflowID, flow, properties["powerplatform.analytics.resource.flow.id"])
	e.put(lowcode.KeyEventObject, strings.TrimSpace(operation+" "+first(
		properties["powerplatform.analytics.resource.connection.id"], properties["powerplatform.analytics.resource.connector.id"], flow, e.Text("ObjectId"))))
	e.put(lowcode.KeyEventNewValue, e.Text("FlowConnectorNames"))
	e.put("client.address", plainAddress(first(e.Text("ClientIP"), properties["enduser.ip_address"])))
	e.put("user_agent.original", properties["user_agent.original"])
	e.put("powerplatform.environment.id", e.Text("EnvironmentId"), properties["powerplatform.analytics.resource.environment.id"])
	e.put("powerplatform.organization.id", e.Text("OrganizationId"))
	e.put(lowcode.KeyRequestID, properties["powerplatform.analytics.correlation.id"])
	return e.at("CreationTime")
}

// powerEvent takes what changes a flow, an app, a connection or a connector.
func powerEvent(operation string) string {
	if strings.Contains(operation, "DlpEvaluation") {
		return lowcode.EventPolicyTested
	}
	for _, verb := range []string{"Put", "Create", "Edit", "Delete", "Update", "Publish", "Patch", "Add", "Remove", "Share", "Enable", "Disable"} {
		if strings.HasPrefix(operation, verb) {
			return lowcode.EventConfigChanged
		}
	}
	return ""
}

// powerProperties are the PropertyCollection: [{"Name": …, "Value": …}].
func powerProperties(e fields.Object) map[string]string {
	properties := map[string]string{}
	for _, property := range children(e, "PropertyCollection") {
		properties[property.Text("Name")] = property.Text("Value")
	}
	return properties
}

// plainAddress is an IPv4 address without the form that IPv6 gives it.
func plainAddress(address string) string { return strings.TrimPrefix(address, "::ffff:") }

func lastSegment(url string) string { return url[strings.LastIndexByte(url, '/')+1:] }

func first(values ...string) string {
	for _, value := range values {
		if value != "" {
			return value
		}
	}
	return ""
}
