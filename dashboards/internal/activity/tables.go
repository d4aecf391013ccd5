package activity

import (
	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/table"

	"github.com/weir-otel/weir/dashboards/internal/board"
)

func openFindings() *table.PanelBuilder {
	s := board.Panel(
		"Open findings", "What is unusual right now, at which connector, and what was expected? The dashboard link opens the time of the episode.",
		sql("open_findings"), "short", "Nothing unusual is going on. (Rules need some days of history before they judge.)", 24, 8,
	)
	severity := map[string]any{
		"critical": map[string]any{"color": "red", "index": 0},
		"warning":  map[string]any{"color": "orange", "index": 1},
		"info":     map[string]any{"color": "blue", "index": 2},
	}
	return s.Table(UID).
		OverrideByName("Severity", []dashboard.DynamicConfigValue{
			board.Property("mappings", []any{map[string]any{"type": "value", "options": severity}}),
			board.Property("custom.cellOptions", map[string]any{"type": "color-text"}),
			board.Property("custom.width", 90),
		}).
		OverrideByName("What", []dashboard.DynamicConfigValue{board.Property("custom.minWidth", 320)}).
		OverrideByName("Ratio", []dashboard.DynamicConfigValue{board.Property("unit", "suffix:×"), board.Property("decimals", 1), board.Property("custom.width", 80)}).
		OverrideByName("Since", []dashboard.DynamicConfigValue{board.Property("unit", "dateTimeFromNow"), board.Property("custom.width", 130)}).
		OverrideByName("Status", []dashboard.DynamicConfigValue{board.Property("custom.width", 80)}).
		OverrideByName("Dashboard", []dashboard.DynamicConfigValue{board.Link("Open the time of the episode", "${__value.raw}", true), board.Property("custom.width", 110)}).
		OverrideByName("Runbook", []dashboard.DynamicConfigValue{board.Link("Open the runbook", "${__value.raw}", true), board.Property("custom.width", 110)})
}

// hours is a table that reads as a heat map: Grafana's heatmap panel has no
// axis of weekdays.
func hours() *table.PanelBuilder {
	s := board.Panel(
		"When connectors work: hour and weekday, UTC", "At which hours are connectors active, and is anything at work at unusual times? Choose one connector, and a range of some weeks, to see its habits.",
		sql("hours"), "short", board.NoCalls, 16, 9,
	)
	return s.Table(UID).
		Filterable(false).
		ColorScheme(dashboard.NewFieldColorBuilder().Mode(dashboard.FieldColorModeIdContinuousBlues)).
		CellOptions(common.TableCellOptions{TableColoredBackgroundCellOptions: &common.TableColoredBackgroundCellOptions{
			Type: common.TableCellDisplayModeColorBackground, Mode: cog.ToPtr(common.TableCellBackgroundDisplayModeBasic),
		}}).
		Min(0).
		Align(common.FieldTextAlignmentCenter).
		MinWidth(34).
		OverrideByName("Day", []dashboard.DynamicConfigValue{
			board.Property("custom.cellOptions", map[string]any{"type": "auto"}), board.Property("custom.width", 100), board.Property("custom.align", "left"),
		})
}

func firstSeen() *table.PanelBuilder {
	return board.Panel(
		"Endpoints never used before", "Which connectors called an endpoint in this time range for the first time? The first day of a connector is left out: all is new to it.",
		sql("first_seen"), "short", "No connector used an endpoint that was new to it", 24, 8,
	).Table(UID).
		OverrideByName("First call", []dashboard.DynamicConfigValue{board.Property("unit", "dateTimeAsIso"), board.Property("custom.width", 170)})
}

func whoDidWhat() *table.PanelBuilder {
	return board.Panel(
		"Who did what, when, from which connector", "Which calls were these, one by one? The newest 200 of the time range; weirctl who shows all.",
		sql("who_did_what"), "short", board.NoCalls, 24, 14,
	).Table(UID).
		OverrideByName("When", []dashboard.DynamicConfigValue{board.Property("unit", "dateTimeAsIso"), board.Property("custom.width", 170)}).
		OverrideByName("Status", []dashboard.DynamicConfigValue{board.Property("unit", "none"), board.Property("custom.width", 80)}).
		OverrideByName("Duration", []dashboard.DynamicConfigValue{board.Property("unit", "ms"), board.Property("custom.width", 100)}).
		OverrideByName("Trace", []dashboard.DynamicConfigValue{board.Property("custom.width", 290)})
}
