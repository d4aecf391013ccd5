package coverage

import (
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/table"

	"github.com/weir-otel/weir/dashboards/internal/board"
)

func services() *table.PanelBuilder {
	panel := board.Panel(
		"Services by what is unknown of their callers", "Which services are called by nobody knows whom, and where do traces break? The worst first; of all connectors, whatever is chosen above. Without trace context is the sum of the three after it: no trace id at all, a caller that propagates nothing, a parent that nobody reported.",
		sql("services"), "short", board.NoCalls, 24, 9,
	).Table(UID)
	for _, column := range []string{"Unattributed", "Without trace context", "No trace", "Not propagated", "Parent missing"} {
		panel.OverrideByName(column, []dashboard.DynamicConfigValue{
			board.Property("unit", "percentunit"), board.Property("min", 0), board.Property("max", 1),
			board.Property("custom.cellOptions", map[string]any{"type": "gauge", "mode": "basic"}),
		})
	}
	return panel
}

func credentials() *table.PanelBuilder {
	return board.Panel(
		"Credentials used by several connectors", "Which key or token has more than one connector? By its hash, else by the gateway's id of it; weirctl who --credential shows the calls. A credential is shown with all its connectors if one of them is chosen. Calls with an inherited identity are left out: their credential may be that of a service between.",
		sql("credentials"), "short", "No credential was used by several connectors", 16, 9,
	).Table(UID).
		OverrideByName("Credential", []dashboard.DynamicConfigValue{board.Property("custom.width", 290)}).
		OverrideByName("Connectors", []dashboard.DynamicConfigValue{board.Property("custom.width", 100)}).
		OverrideByName("Calls", []dashboard.DynamicConfigValue{board.Property("custom.width", 90)}).
		OverrideByName("Last call", []dashboard.DynamicConfigValue{board.Property("unit", "dateTimeAsIso"), board.Property("custom.width", 170)})
}

func data() *table.PanelBuilder {
	return board.Panel(
		"Data by classification and connector", "Who takes which kind of data out, and how much? \"unclassified\" is what the catalog's APIs say nothing of.",
		sql("data"), "short", board.NoCalls, 12, 10,
	).Table(UID).
		OverrideByName("Calls", []dashboard.DynamicConfigValue{board.Property("custom.width", 90)})
}

func actors() *table.PanelBuilder {
	return board.Panel(
		"Who acts for whom", "Which agents call for which users? \"jane via agent-7 via crm-bot\" is a call for jane that crm-bot handed on to agent-7, which made it. The busiest 100.",
		sql("actors"), "short", "No call had an actor chain (claim act of a token)", 12, 10,
	).Table(UID).
		OverrideByName("Calls", []dashboard.DynamicConfigValue{board.Property("custom.width", 90)})
}
