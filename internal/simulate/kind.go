package simulate

import "time"

// Kind is when and how a connector runs.
type Kind string

// The kinds of connectors.
const (
	KindOffice        Kind = "office"         // started by people during their working hours
	KindNightly       Kind = "nightly"        // one batch a night
	KindHourly        Kind = "hourly"         // polls every hour
	KindQuarterHourly Kind = "quarter_hourly" // polls every 15 minutes
	KindWebhook       Kind = "webhook"        // follows events: clusters, all day, less at night
	KindAgent         Kind = "agent"          // an AI agent: sessions of many calls in one trace
	KindSparse        Kind = "sparse"         // about three calls a day
)

var kinds = []Kind{KindOffice, KindNightly, KindHourly, KindQuarterHourly, KindWebhook, KindAgent, KindSparse}

// kindTraits are what the connectors of a kind have in common.
type kindTraits struct {
	daily     [2]float64  // least and most calls on a full day, before scaling to Options.Spans
	endpoints [2]int      // least and most endpoints
	users     [2]int      // least and most people behind it; 0 = a service
	weekend   [2]float64  // what is left of a day at the weekend
	daySigma  float64     // how different days are (lognormal)
	hourShape float64     // how steady an hour's rate is (gamma shape; more is steadier)
	hours     [24]float64 // share of the day by local hour; empty = even
}

var officeHours = [24]float64{8: 0.6, 9: 1, 10: 1.15, 11: 1.05, 12: 0.65, 13: 0.85, 14: 1.05, 15: 1, 16: 0.85, 17: 0.45}

var eventHours = [24]float64{
	0.5, 0.45, 0.4, 0.4, 0.4, 0.45, 0.55, 0.7, 0.9, 1.1, 1.2, 1.2,
	1.1, 1.1, 1.2, 1.2, 1.1, 1.05, 1, 0.95, 0.9, 0.8, 0.7, 0.6,
}

var agentHours = [24]float64{8: 0.7, 9: 1, 10: 1.2, 11: 1.1, 12: 0.8, 13: 1, 14: 1.2, 15: 1.1, 16: 1, 17: 0.8, 18: 0.5, 19: 0.4, 20: 0.35}

var traitsOf = map[Kind]kindTraits{
	KindOffice:        {daily: [2]float64{60, 420}, endpoints: [2]int{4, 12}, users: [2]int{3, 25}, weekend: [2]float64{0, 0}, daySigma: 0.18, hourShape: 14, hours: officeHours},
	KindNightly:       {daily: [2]float64{80, 500}, endpoints: [2]int{2, 5}, weekend: [2]float64{0.6, 1}, daySigma: 0.15, hourShape: 40},
	KindHourly:        {daily: [2]float64{90, 700}, endpoints: [2]int{2, 5}, weekend: [2]float64{0.7, 1}, daySigma: 0.1, hourShape: 30},
	KindQuarterHourly: {daily: [2]float64{200, 1200}, endpoints: [2]int{1, 4}, weekend: [2]float64{0.8, 1}, daySigma: 0.1, hourShape: 40},
	KindWebhook:       {daily: [2]float64{120, 900}, endpoints: [2]int{2, 6}, weekend: [2]float64{0.4, 0.8}, daySigma: 0.2, hourShape: 10, hours: eventHours},
	KindAgent:         {daily: [2]float64{60, 400}, endpoints: [2]int{4, 10}, users: [2]int{4, 30}, weekend: [2]float64{0, 0.1}, daySigma: 0.25, hourShape: 8, hours: agentHours},
	KindSparse:        {daily: [2]float64{2, 5}, endpoints: [2]int{1, 2}, weekend: [2]float64{0, 1}, daySigma: 0, hourShape: 0},
}

// dayOfWeek makes Mondays busier and Friday afternoons shorter.
var dayOfWeek = [7]float64{time.Sunday: 1, time.Monday: 1.08, time.Tuesday: 1.03, time.Wednesday: 1, time.Thursday: 1, time.Friday: 0.9, time.Saturday: 1}
