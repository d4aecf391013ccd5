package coverage

import (
	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/timeseries"

	"github.com/weir-otel/weir/dashboards/internal/board"
)

func panels() []cog.Builder[dashboard.Panel] {
	return []cog.Builder[dashboard.Panel]{
		board.Panel("Verified calls", "For what share of the calls does a trusted gateway or a checked token say who it was? Of all connectors, whatever is chosen above.", sql("verified_share"), "percentunit", board.NoCalls, 6, 4).Stat("blue"),
		board.Panel("Unattributed calls", "What share of the calls came from no known connector? Of all connectors, whatever is chosen above.", sql("unattributed_share"), "percentunit", board.NoCalls, 6, 4).Stat("green", board.From(0.01, "yellow"), board.From(0.1, "red")),
		board.Panel("Calls without trace context", "What share of the calls cannot be followed back to their beginning? Of all connectors, whatever is chosen above.", sql("untraced_share"), "percentunit", board.NoCalls, 6, 4).Stat("blue"),
		board.SinceTheLastCall(6),

		statuses(),
		board.Panel("Unattributed calls over time, by reason", "Why can nobody be named for these calls, and since when? no_signal: they carry nothing; unknown_key: the catalog does not know it; ambiguous: several connectors fit; expired and invalid_token: the token does not count; disabled: its method is switched off.", sql("reasons"), "short", "No unattributed calls in this time range. If \"Since the last call\" is large, telemetry is missing.", 12, 9).Series(true),
		services(),
		board.Panel("Calls by country, top ten", "Where in the world do callers sit? \"unknown\" has no client address, or a private one, or the identity processor has no geo::country_database.", sql("countries"), "short", board.NoCalls, 8, 9).Bars(),
		credentials(),
		data(),
		actors(),
	}
}

// statuses has fixed colors: red is red whichever other statuses there are. A
// series' name may have the column's before it.
func statuses() *timeseries.PanelBuilder {
	panel := board.Panel("Share of calls by identity status", "How sure is it who called, and when did that change? Of all connectors, whatever is chosen above. A caller can write by itself what is only claimed.", sql("statuses"), "percentunit", board.NoCalls, 12, 9).Shares()
	for _, s := range []struct{ status, color string }{
		{"verified", "green"}, {"inherited", "blue"}, {"claimed", "yellow"}, {"conflicting", "orange"}, {"unattributed", "red"},
	} {
		panel.OverrideByRegexp("/\\b"+s.status+"$/", []dashboard.DynamicConfigValue{
			board.Property("color", map[string]any{"mode": "fixed", "fixedColor": s.color}),
		})
	}
	return panel
}
