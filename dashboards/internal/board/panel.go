package board

import (
	"github.com/grafana/grafana-foundation-sdk/go/bargauge"
	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/stat"
	"github.com/grafana/grafana-foundation-sdk/go/timeseries"
)

// NoCalls is what an empty panel says. "Nothing happened" and "no telemetry" look
// the same in data; the stat "Since the last call" tells them apart.
const NoCalls = "No calls in this time range. If \"Since the last call\" is large, telemetry is missing."

// Spec is what every panel has.
type Spec struct {
	title, question string // the description is the question that the panel answers
	sql             string
	unit            string
	noValue         string
	width, height   uint32
}

// Panel returns what the panel says and asks; a method of it gives it its looks.
func Panel(title, question, sql, unit, noValue string, width, height uint32) Spec {
	return Spec{title, question, sql, unit, noValue, width, height}
}

// SinceTheLastCall is the stat that every dashboard has.
func SinceTheLastCall(width uint32) *stat.PanelBuilder {
	return Panel("Since the last call", "Is telemetry arriving at all? The age of the newest call, whatever the filters say.", own.SQL("last_call"), "dtdurations", "No call for 7 days: is telemetry arriving?", width, 4).
		Stat("green", From(1800, "yellow"), From(7200, "red"))
}

// Level is a threshold.
type Level struct {
	value float64
	color string
}

// From returns the threshold that gives values of this size or larger the color.
func From(value float64, color string) Level { return Level{value, color} }

func thresholds(base string, steps ...Level) *dashboard.ThresholdsConfigBuilder {
	list := []dashboard.Threshold{{Color: base}}
	for _, s := range steps {
		list = append(list, dashboard.Threshold{Value: cog.ToPtr(s.value), Color: s.color})
	}
	return dashboard.NewThresholdsConfigBuilder().Mode(dashboard.ThresholdsModeAbsolute).Steps(list)
}

// Stat is one number.
func (s Spec) Stat(base string, steps ...Level) *stat.PanelBuilder {
	return stat.NewPanelBuilder().
		Title(s.title).Description(s.question).Unit(s.unit).NoValue(s.noValue).
		Datasource(datasource()).WithTarget(newTarget(s.sql, false)).
		Span(s.width).Height(s.height).
		ReduceOptions(common.NewReduceDataOptionsBuilder().Calcs([]string{"lastNotNull"})).
		GraphMode(common.BigValueGraphModeNone).
		ColorMode(common.BigValueColorModeValue).
		Thresholds(thresholds(base, steps...)).
		ColorScheme(dashboard.NewFieldColorBuilder().Mode(dashboard.FieldColorModeIdThresholds))
}

// Series is lines over time; stacked, bars that add up, with their sums in the legend.
func (s Spec) Series(stacked bool) *timeseries.PanelBuilder {
	panel := timeseries.NewPanelBuilder().
		Title(s.title).Description(s.question).Unit(s.unit).NoValue(s.noValue).
		Datasource(datasource()).WithTarget(newTarget(s.sql, true)).
		Span(s.width).Height(s.height).
		Min(0).
		LineWidth(1).FillOpacity(20).ShowPoints(common.VisibilityModeNever).
		Legend(common.NewVizLegendOptionsBuilder().DisplayMode(common.LegendDisplayModeTable).Placement(common.LegendPlacementRight).ShowLegend(stacked).Calcs([]string{"sum"}).SortBy("Total").SortDesc(true)).
		Tooltip(common.NewVizTooltipOptionsBuilder().Mode(common.TooltipDisplayModeMulti).Sort(common.SortOrderDescending)).
		ColorScheme(dashboard.NewFieldColorBuilder().Mode(dashboard.FieldColorModeIdPaletteClassicByName))
	if stacked {
		panel.DrawStyle(common.GraphDrawStyleBars).FillOpacity(80).LineWidth(0).
			Stacking(common.NewStackingConfigBuilder().Mode(common.StackingModeNormal).Group("A"))
	}
	return panel
}

// Shares is bars over time that add up to one. A sum of shares means nothing, so
// the legend has names only.
func (s Spec) Shares() *timeseries.PanelBuilder {
	return s.Series(true).
		Max(1).
		Legend(common.NewVizLegendOptionsBuilder().DisplayMode(common.LegendDisplayModeList).Placement(common.LegendPlacementRight).ShowLegend(true))
}

// Bars is a bar for each row, ten at most.
func (s Spec) Bars() *bargauge.PanelBuilder {
	return bargauge.NewPanelBuilder().
		Title(s.title).Description(s.question).Unit(s.unit).NoValue(s.noValue).
		Datasource(datasource()).WithTarget(newTarget(s.sql, false)).
		Span(s.width).Height(s.height).
		Min(0).
		Orientation(common.VizOrientationHorizontal).
		DisplayMode(common.BarGaugeDisplayModeBasic).
		ReduceOptions(common.NewReduceDataOptionsBuilder().Values(true).Limit(10)).
		ColorScheme(dashboard.NewFieldColorBuilder().Mode(dashboard.FieldColorModeIdContinuousBlues)).
		Thresholds(thresholds("blue"))
}
