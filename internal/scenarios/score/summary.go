package score

import (
	"slices"
	"time"

	"github.com/weir-otel/weir/internal/scenarios"
)

// Summary is what one detector did on several scenarios.
type Summary struct {
	Kinds               map[scenarios.IncidentKind]*Found
	Rules               map[string]*Fired
	Causes              map[scenarios.Change]int // of false alerts; one may have several
	Unexplained         int                      // false alerts without any
	ConnectorDays       int                      // without an incident
	False, Clean        int                      // alerts, connectors
	SwapFalse           int
	Outages, Silences   int
	Troubles, Failures  int                            // APIs that failed for all, findings about them
	Oracle, OracleAsked map[scenarios.IncidentKind]int // incidents it finds, and is asked about
	Prompt              []time.Duration                // delays of the bursts that Prompt tells, missed ones included
	clockDays, clockBad int                            // of the weeks in which clocks change
}

// NewSummary is empty.
func NewSummary() *Summary {
	return &Summary{
		Kinds: map[scenarios.IncidentKind]*Found{}, Rules: map[string]*Fired{}, Causes: map[scenarios.Change]int{},
		Oracle: map[scenarios.IncidentKind]int{}, OracleAsked: map[scenarios.IncidentKind]int{},
	}
}

// Add adds one scenario.
func (s *Summary) Add(t *Tally) {
	for kind, k := range t.Kinds {
		sum := s.Kinds[kind]
		if sum == nil {
			sum = &Found{By: map[string]int{}}
			s.Kinds[kind] = sum
		}
		sum.Total += k.Total
		sum.Found += k.Found
		sum.Declared += k.Declared
		sum.Delays = append(sum.Delays, k.Delays...)
		sum.Plain = append(sum.Plain, k.Plain...)
		for family, n := range k.By {
			sum.By[family] += n
		}
	}
	for rule, fired := range t.Rules {
		if s.Rules[rule] == nil {
			s.Rules[rule] = &Fired{}
		}
		s.Rules[rule].Alerts += fired.Alerts
		s.Rules[rule].Allowed += fired.Allowed
	}
	for _, m := range t.Mistaken {
		for _, cause := range m.Causes {
			s.Causes[cause]++
		}
		if len(m.Causes) == 0 {
			s.Unexplained++
		}
	}
	days := t.Clean * t.Days
	s.ConnectorDays += days
	s.Clean += t.Clean
	s.False += len(t.Mistaken)
	s.SwapFalse += t.SwapFalse
	s.Outages += t.Outages
	s.Silences += t.Silences
	s.Troubles += t.Troubles
	s.Failures += t.Failures
	if t.Week.Clocks {
		s.clockDays += days
		s.clockBad += len(t.Mistaken)
	}
}

// AddOracle adds which incidents the oracle finds.
func (s *Summary) AddOracle(f *Fleet, found map[int]bool) {
	for k, yes := range found {
		kind := f.Incidents[k].Kind
		s.OracleAsked[kind]++
		if yes {
			s.Oracle[kind]++
		}
	}
}

// AddPrompt adds how soon the bursts were found that somebody could tell at once.
func (s *Summary) AddPrompt(f *Fleet, t *Tally, prompt map[int]bool) {
	for k, yes := range prompt {
		if !yes {
			continue
		}
		delay, found := t.Delay[k]
		if !found {
			delay = f.End.Sub(f.Incidents[k].Start)
		}
		s.Prompt = append(s.Prompt, delay)
	}
}

// Recall of one or several kinds together; 1 where there were none.
func (s *Summary) Recall(kinds ...scenarios.IncidentKind) float64 {
	found, total := 0, 0
	for _, kind := range kinds {
		if k := s.Kinds[kind]; k != nil {
			found += k.Found
			total += k.Total
		}
	}
	if total == 0 {
		return 1
	}
	return float64(found) / float64(total)
}

// OfOracle is the recall of a kind over the oracle's; 1 where the oracle finds none.
func (s *Summary) OfOracle(kind scenarios.IncidentKind) float64 {
	if s.Oracle[kind] == 0 || s.Kinds[kind] == nil {
		return 1
	}
	return float64(s.Kinds[kind].Found) / float64(s.Oracle[kind])
}

// FalseRate is false alerts per 1000 connectors and day: of all weeks, of those in
// which clocks change, and of the others.
func (s *Summary) FalseRate() (all, clocks, others float64) {
	rate := func(n, days int) float64 { return 1000 * float64(n) / float64(max(days, 1)) }
	return rate(s.False, s.ConnectorDays), rate(s.clockBad, s.clockDays), rate(s.False-s.clockBad, s.ConnectorDays-s.clockDays)
}

// BudgetUsed is the false alerts over what the budgets of all rules allow.
func (s *Summary) BudgetUsed() float64 {
	allowed := 0.0
	for _, fired := range s.Rules {
		allowed += fired.Allowed
	}
	return float64(s.False) / max(allowed, 1e-9)
}

// SwapBy is the recall of the rules of the family swap alone, and the share of
// clean connectors that they took for another's.
func (s *Summary) SwapBy() (recall, wrong float64) {
	if k := s.Kinds[scenarios.Swap]; k != nil && k.Total > 0 {
		recall = float64(k.By[swapFamily]) / float64(k.Total)
	}
	return recall, float64(s.SwapFalse) / float64(max(s.Clean, 1))
}

// Delay is a quantile of the delays of some kinds; 0 where none was found.
func (s *Summary) Delay(q float64, kinds ...scenarios.IncidentKind) time.Duration {
	var all []time.Duration
	for _, kind := range kinds {
		if k := s.Kinds[kind]; k != nil {
			all = append(all, k.Delays...)
		}
	}
	return quantile(all, q)
}

// PlainDelay is a quantile of the delays of the bursts ×10 that stand out at once,
// and how many there were.
func (s *Summary) PlainDelay(q float64) (delay time.Duration, n int) {
	k := s.Kinds[scenarios.Burst10]
	if k == nil {
		return 0, 0
	}
	return quantile(slices.Clone(k.Plain), q), len(k.Plain)
}

// quantile sorts all; 0 of none.
func quantile(all []time.Duration, q float64) time.Duration {
	if len(all) == 0 {
		return 0
	}
	slices.Sort(all)
	return all[min(len(all)-1, int(q*float64(len(all))))]
}
