package demo

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/weir-otel/weir/internal/finding"
	"github.com/weir-otel/weir/internal/simulate"
)

// tolerance is how far a finding's window may be from the incident's.
const tolerance = time.Hour

// Check is what became of one injected incident.
type Check struct {
	Incident simulate.Incident `json:"incident"`
	Found    bool              `json:"found"`
	By       []string          `json:"by"` // rules
}

// check compares the findings with the ground truth. The second result marks
// the findings that an incident explains, by index.
func check(incidents []simulate.Incident, findings []finding.Finding) ([]Check, []bool) {
	checks := make([]Check, 0, len(incidents))
	explained := make([]bool, len(findings))
	for _, in := range incidents {
		c := Check{Incident: in, By: []string{}}
		for i, f := range findings {
			if f.ConnectorID != in.Connector || !overlaps(in, f) {
				continue
			}
			explained[i] = true
			if f.Family == in.Family && f.Status != finding.Pending {
				c.Found = true
				if !slices.Contains(c.By, f.Rule) {
					c.By = append(c.By, f.Rule)
				}
			}
		}
		checks = append(checks, c)
	}
	return checks, explained
}

func overlaps(in simulate.Incident, f finding.Finding) bool {
	return f.WindowStart.Before(in.End.Add(tolerance)) && f.WindowEnd.After(in.Start.Add(-tolerance))
}

// compareActions lists the connectors whose rollups do not hold what they did.
func compareActions(sim *simulate.Simulation, rolledUp map[string]int) []string {
	wrong := []string{}
	did := map[string]int{}
	for call := range sim.Calls() {
		if call.Connector.Registered {
			did[call.Connector.ID]++
		} else {
			did[""]++
		}
	}
	for id := range rolledUp {
		if _, ok := did[id]; !ok {
			did[id] = 0
		}
	}
	for id, n := range did {
		if rolledUp[id] != n {
			wrong = append(wrong, fmt.Sprintf("connector %q made %d calls, the rollups hold %d", id, n, rolledUp[id]))
		}
	}
	slices.Sort(wrong)
	return wrong
}

// leftOut lists the kinds of which fewer incidents were hidden than wanted.
func leftOut(wanted map[simulate.IncidentKind]int, hidden []simulate.Incident) []string {
	missing := []string{}
	left := maps.Clone(wanted)
	for _, in := range hidden {
		left[in.Kind]--
	}
	for kind, n := range left {
		if n > 0 {
			missing = append(missing, string(kind))
		}
	}
	slices.Sort(missing)
	return missing
}

func missed(checks []Check) int {
	n := 0
	for _, c := range checks {
		if !c.Found {
			n++
		}
	}
	return n
}
