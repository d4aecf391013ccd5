package activity

import (
	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"

	"github.com/weir-otel/weir/dashboards/internal/board"
)

const noneBad = "None in this time range"

func panels() []cog.Builder[dashboard.Panel] {
	return []cog.Builder[dashboard.Panel]{
		board.Panel("API calls", "How many calls did connectors make in this time range? Sampled calls count for all they stand for.", sql("calls"), "short", board.NoCalls, 4, 4).Stat("blue"),
		board.Panel("Active connectors", "How many connectors made a call?", sql("connectors"), "short", board.NoCalls, 4, 4).Stat("blue"),
		board.Panel("Unattributed calls", "What share of the calls came from no known connector? Name them in the catalog: weirctl catalog discover.", sql("unattributed_share"), "percentunit", board.NoCalls, 4, 4).Stat("green", board.From(0.01, "yellow"), board.From(0.1, "red")),
		board.Panel("Failed calls", "What share of the calls failed?", sql("error_share"), "percentunit", board.NoCalls, 4, 4).Stat("green", board.From(0.02, "yellow"), board.From(0.1, "red")),
		board.Panel("Firing findings", "How many unusual episodes are going on now?", sql("firing"), "short", "No findings table: has the schema been applied?", 4, 4).Stat("green", board.From(1, "red")),
		board.SinceTheLastCall(4),

		openFindings(),
		board.Panel("Calls over time, by connector", "Which connectors are active, and when did that change? The twelve busiest, and all others together.", sql("calls_over_time"), "short", board.NoCalls, 12, 9).Series(true),
		board.Panel("Response bytes over time, by connector", "Who takes how much data out, and when did that change?", sql("bytes_over_time"), "decbytes", board.NoCalls, 12, 9).Series(true),
		hours(),
		board.Panel("Response bytes, top ten connectors", "Who took most data out in this time range?", sql("bytes_top"), "decbytes", board.NoCalls, 8, 9).Bars(),
		board.Panel("Failed calls over time, by connector", "Whose calls fail, and since when?", sql("errors_over_time"), "short", noneBad, 12, 8).Series(true),
		board.Panel("Share of unattributed calls over time", "Is there traffic that nobody can be named for, and is it growing?", sql("unattributed_over_time"), "percentunit", board.NoCalls, 12, 8).Series(false),
		firstSeen(),
		whoDidWhat(),
	}
}
