package activity

import (
	"fmt"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/table"
)

// drillDown is a link to this dashboard about one connector or tenant, with
// the time range and the other variables kept.
func drillDown(variable, keep string) dashboard.DynamicConfigValue {
	return link("Only this "+variable,
		fmt.Sprintf("/d/%s?${__url_time_range}&${datasource:queryparam}&${%s:queryparam}&var-%s=${__value.raw:percentencode}", UID, keep, variable), false)
}

func link(title, url string, newTab bool) dashboard.DynamicConfigValue {
	return dashboard.DynamicConfigValue{Id: "links", Value: []map[string]any{{"title": title, "url": url, "targetBlank": newTab}}}
}

func property(id string, value any) dashboard.DynamicConfigValue {
	return dashboard.DynamicConfigValue{Id: id, Value: value}
}

func (s spec) table() *table.PanelBuilder {
	return table.NewPanelBuilder().
		Title(s.title).Description(s.question).Unit(s.unit).NoValue(s.noValue).
		Datasource(datasource()).WithTarget(newTarget(sql(s.sql), false)).
		Span(s.width).Height(s.height).
		CellHeight(common.TableCellHeightSm).
		Filterable(true).
		Thresholds(thresholds("text")).
		OverrideByName("Connector", []dashboard.DynamicConfigValue{drillDown("connector", "tenant"), property("custom.width", 170)}).
		OverrideByName("Tenant", []dashboard.DynamicConfigValue{drillDown("tenant", "connector"), property("custom.width", 110)}).
		OverrideByName("Bytes out", []dashboard.DynamicConfigValue{property("unit", "decbytes"), property("custom.width", 110)})
}

func openFindings() *table.PanelBuilder {
	s := spec{
		"Open findings", "What is unusual right now, at which connector, and what was expected? The dashboard link opens the time of the episode.",
		"open_findings", "short", "Nothing unusual is going on. (Rules need some days of history before they judge.)", 24, 8,
	}
	severity := map[string]any{
		"critical": map[string]any{"color": "red", "index": 0},
		"warning":  map[string]any{"color": "orange", "index": 1},
		"info":     map[string]any{"color": "blue", "index": 2},
	}
	return s.table().
		OverrideByName("Severity", []dashboard.DynamicConfigValue{
			property("mappings", []any{map[string]any{"type": "value", "options": severity}}),
			property("custom.cellOptions", map[string]any{"type": "color-text"}),
			property("custom.width", 90),
		}).
		OverrideByName("What", []dashboard.DynamicConfigValue{property("custom.minWidth", 320)}).
		OverrideByName("Ratio", []dashboard.DynamicConfigValue{property("unit", "suffix:×"), property("decimals", 1), property("custom.width", 80)}).
		OverrideByName("Since", []dashboard.DynamicConfigValue{property("unit", "dateTimeFromNow"), property("custom.width", 130)}).
		OverrideByName("Status", []dashboard.DynamicConfigValue{property("custom.width", 80)}).
		OverrideByName("Dashboard", []dashboard.DynamicConfigValue{link("Open the time of the episode", "${__value.raw}", true), property("custom.width", 110)}).
		OverrideByName("Runbook", []dashboard.DynamicConfigValue{link("Open the runbook", "${__value.raw}", true), property("custom.width", 110)})
}

// hours is a table that reads as a heat map: Grafana's heatmap panel has no
// axis of weekdays.
func hours() *table.PanelBuilder {
	s := spec{
		"When connectors work: hour and weekday, UTC", "At which hours are connectors active, and is anything at work at unusual times? Choose one connector, and a range of some weeks, to see its habits.",
		"hours", "short", noCalls, 16, 9,
	}
	return s.table().
		Filterable(false).
		ColorScheme(dashboard.NewFieldColorBuilder().Mode(dashboard.FieldColorModeIdContinuousBlues)).
		CellOptions(common.TableCellOptions{TableColoredBackgroundCellOptions: &common.TableColoredBackgroundCellOptions{
			Type: common.TableCellDisplayModeColorBackground, Mode: cog.ToPtr(common.TableCellBackgroundDisplayModeBasic),
		}}).
		Min(0).
		Align(common.FieldTextAlignmentCenter).
		MinWidth(34).
		OverrideByName("Day", []dashboard.DynamicConfigValue{
			property("custom.cellOptions", map[string]any{"type": "auto"}), property("custom.width", 100), property("custom.align", "left"),
		})
}

func firstSeen() *table.PanelBuilder {
	return spec{
		"Endpoints never used before", "Which connectors called an endpoint in this time range for the first time? The first day of a connector is left out: all is new to it.",
		"first_seen", "short", "No connector used an endpoint that was new to it", 24, 8,
	}.table().
		OverrideByName("First call", []dashboard.DynamicConfigValue{property("unit", "dateTimeAsIso"), property("custom.width", 170)})
}

func whoDidWhat() *table.PanelBuilder {
	return spec{
		"Who did what, when, from which connector", "Which calls were these, one by one? The newest 200 of the time range; weirctl who shows all.",
		"who_did_what", "short", noCalls, 24, 14,
	}.table().
		OverrideByName("When", []dashboard.DynamicConfigValue{property("unit", "dateTimeAsIso"), property("custom.width", 170)}).
		OverrideByName("Status", []dashboard.DynamicConfigValue{property("unit", "none"), property("custom.width", 80)}).
		OverrideByName("Duration", []dashboard.DynamicConfigValue{property("unit", "ms"), property("custom.width", 100)}).
		OverrideByName("Trace", []dashboard.DynamicConfigValue{property("custom.width", 290)})
}
