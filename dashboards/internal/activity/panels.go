package activity

import (
	"github.com/grafana/grafana-foundation-sdk/go/bargauge"
	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/stat"
	"github.com/grafana/grafana-foundation-sdk/go/timeseries"
)

// What an empty panel says. "Nothing happened" and "no telemetry" look the same
// in data; the stat "Since the last call" tells them apart, so the texts point there.
const (
	noCalls = "No calls in this time range. If \"Since the last call\" is large, telemetry is missing."
	noneBad = "None in this time range"
)

// spec is what every panel has.
type spec struct {
	title, question string // the description is the question that the panel answers
	sql             string
	unit            string
	noValue         string
	width, height   uint32
}

func panels() []cog.Builder[dashboard.Panel] {
	return []cog.Builder[dashboard.Panel]{
		spec{"API calls", "How many calls did connectors make in this time range? Sampled calls count for all they stand for.", "calls", "short", noCalls, 4, 4}.stat("blue"),
		spec{"Active connectors", "How many connectors made a call?", "connectors", "short", noCalls, 4, 4}.stat("blue"),
		spec{"Unattributed calls", "What share of the calls came from no known connector? Name them in the catalog: weirctl catalog discover.", "unattributed_share", "percentunit", noCalls, 4, 4}.stat("green", level{0.01, "yellow"}, level{0.1, "red"}),
		spec{"Failed calls", "What share of the calls failed?", "error_share", "percentunit", noCalls, 4, 4}.stat("green", level{0.02, "yellow"}, level{0.1, "red"}),
		spec{"Firing findings", "How many unusual episodes are going on now?", "firing", "short", "No findings table: has the schema been applied?", 4, 4}.stat("green", level{1, "red"}),
		spec{"Since the last call", "Is telemetry arriving at all? The age of the newest call, whatever the filters say.", "last_call", "dtdurations", "No call for 7 days: is telemetry arriving?", 4, 4}.stat("green", level{1800, "yellow"}, level{7200, "red"}),

		openFindings(),
		spec{"Calls over time, by connector", "Which connectors are active, and when did that change? The twelve busiest, and all others together.", "calls_over_time", "short", noCalls, 12, 9}.series(true),
		spec{"Response bytes over time, by connector", "Who takes how much data out, and when did that change?", "bytes_over_time", "decbytes", noCalls, 12, 9}.series(true),
		hours(),
		spec{"Response bytes, top ten connectors", "Who took most data out in this time range?", "bytes_top", "decbytes", noCalls, 8, 9}.bars(),
		spec{"Failed calls over time, by connector", "Whose calls fail, and since when?", "errors_over_time", "short", noneBad, 12, 8}.series(true),
		spec{"Share of unattributed calls over time", "Is there traffic that nobody can be named for, and is it growing?", "unattributed_over_time", "percentunit", noCalls, 12, 8}.series(false),
		firstSeen(),
		whoDidWhat(),
	}
}

// level is a threshold: from value on, the color.
type level struct {
	value float64
	color string
}

func thresholds(base string, steps ...level) *dashboard.ThresholdsConfigBuilder {
	list := []dashboard.Threshold{{Color: base}}
	for _, s := range steps {
		list = append(list, dashboard.Threshold{Value: cog.ToPtr(s.value), Color: s.color})
	}
	return dashboard.NewThresholdsConfigBuilder().Mode(dashboard.ThresholdsModeAbsolute).Steps(list)
}

func (s spec) stat(base string, steps ...level) *stat.PanelBuilder {
	return stat.NewPanelBuilder().
		Title(s.title).Description(s.question).Unit(s.unit).NoValue(s.noValue).
		Datasource(datasource()).WithTarget(newTarget(sql(s.sql), false)).
		Span(s.width).Height(s.height).
		ReduceOptions(common.NewReduceDataOptionsBuilder().Calcs([]string{"lastNotNull"})).
		GraphMode(common.BigValueGraphModeNone).
		ColorMode(common.BigValueColorModeValue).
		Thresholds(thresholds(base, steps...)).
		ColorScheme(dashboard.NewFieldColorBuilder().Mode(dashboard.FieldColorModeIdThresholds))
}

func (s spec) series(stacked bool) *timeseries.PanelBuilder {
	panel := timeseries.NewPanelBuilder().
		Title(s.title).Description(s.question).Unit(s.unit).NoValue(s.noValue).
		Datasource(datasource()).WithTarget(newTarget(sql(s.sql), true)).
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

func (s spec) bars() *bargauge.PanelBuilder {
	return bargauge.NewPanelBuilder().
		Title(s.title).Description(s.question).Unit(s.unit).NoValue(s.noValue).
		Datasource(datasource()).WithTarget(newTarget(sql(s.sql), false)).
		Span(s.width).Height(s.height).
		Min(0).
		Orientation(common.VizOrientationHorizontal).
		DisplayMode(common.BarGaugeDisplayModeBasic).
		ReduceOptions(common.NewReduceDataOptionsBuilder().Values(true).Limit(10)).
		ColorScheme(dashboard.NewFieldColorBuilder().Mode(dashboard.FieldColorModeIdContinuousBlues)).
		Thresholds(thresholds("blue"))
}
