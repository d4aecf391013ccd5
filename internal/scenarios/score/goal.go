package score

import (
	"math"

	"github.com/weir-otel/weir/internal/scenarios"
)

// Goal is one line of what detection has to reach.
type Goal struct {
	Name  string
	Value float64
	Bound float64
	Least bool // the value must be at least the bound; else at most
}

// Met says whether it is reached.
func (g Goal) Met() bool {
	if g.Least {
		return g.Value >= g.Bound
	}
	return g.Value <= g.Bound
}

// Goals are fixed beforehand: no detector and no process is changed to suit them.
// Where even the oracle cannot find most incidents (a burst ×6 among sessions of
// Pareto length), the goal is a share of what it finds.
func (s *Summary) Goals() []Goal {
	all, clocks, others := s.FalseRate()
	recall, wrong := s.SwapBy()
	plain, _ := s.PlainDelay(0.95)
	minutes := func(q float64, kind scenarios.IncidentKind) float64 {
		if k := s.Kinds[kind]; k != nil && k.Found == 0 {
			return math.Inf(1) // what is never found is not found in time
		}
		return s.Delay(q, kind).Minutes()
	}
	goals := []Goal{
		{Name: "false alerts per 1000 connectors a day", Value: all, Bound: 5},
		{Name: "false alerts over budget", Value: s.BudgetUsed(), Bound: 1.3},
		{Name: "findings an outage", Value: float64(s.Silences) / float64(max(s.Outages, 1)), Bound: 1},
		{Name: "recall, volume (burst ×10, exfiltration)", Value: s.Recall(scenarios.Burst10, scenarios.Exfiltration), Bound: 0.95, Least: true},
		{Name: "recall, burst ×6, of the oracle's", Value: s.OfOracle(scenarios.Burst6), Bound: 0.95, Least: true},
		{Name: "recall, hours", Value: s.Recall(scenarios.OffHours), Bound: 0.95, Least: true},
		{Name: "recall, endpoints", Value: s.Recall(scenarios.NewEndpoint, scenarios.Enumeration), Bound: 0.95, Least: true},
		{Name: "recall, drip ×2.5", Value: s.Recall(scenarios.Drip), Bound: 0.85, Least: true},
		{Name: "recall, identity swap by its own rules", Value: recall, Bound: 0.65, Least: true},
		{Name: "share taken for a swap", Value: wrong, Bound: 0.01},
		{Name: "delay of a burst ×10 that stands out at once, p95, minutes", Value: plain.Minutes(), Bound: 3},
		{Name: "delay of off hours, p50, hours", Value: minutes(0.5, scenarios.OffHours) / 60, Bound: 1},
		{Name: "delay of a drip ×2.5, p50, hours", Value: minutes(0.5, scenarios.Drip) / 60, Bound: 8},
	}
	if s.clockDays > 0 && s.clockDays < s.ConnectorDays {
		goals = append(goals, Goal{Name: "clock weeks over other weeks", Value: clocks / max(others, 1e-9), Bound: 1.5})
	}
	return goals
}
