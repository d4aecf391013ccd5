package score

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"time"
)

// WriteDetails lists what went wrong: incidents that were missed with what came
// closest, bursts that were found late, false alerts with what happened at the time.
func (t *Tally) WriteDetails(w io.Writer, f *Fleet, closest map[int]Alert) {
	const hour = "2006-01-02 Mon 15:04"
	for _, k := range t.Missed {
		in := &f.Incidents[k]
		c := f.Connectors[in.Connector]
		line := fmt.Sprintf("missed    %-13s %s %s in %s, × %.1f, %d calls %s", in.Kind, in.Start.Format(hour), c.ID, c.Zone, in.Factor, in.Calls, in.Endpoint)
		if in.With >= 0 {
			line += " as " + f.Connectors[in.With].ID
		}
		if a, ok := closest[k]; ok {
			line += fmt.Sprintf(", closest: %s %.2f", a.Rule, a.Strength)
		}
		fmt.Fprintln(w, line)
	}
	for _, k := range slices.Sorted(maps.Keys(t.Late)) {
		in, a := &f.Incidents[k], t.Late[k]
		fmt.Fprintf(w, "late      %-13s %s %s, %d calls, by %s after %s\n", in.Kind, in.Start.Format(hour), f.Connectors[in.Connector].ID, in.Calls, a.Rule,
			minutes(a.At.Sub(in.Start)))
	}
	for _, a := range t.Doubles {
		fmt.Fprintf(w, "double    %-20s %s %s in an outage, %.0f h, strength %.2f\n", a.Rule, a.From.Format(hour), f.Connectors[a.Connector].ID,
			a.To.Sub(a.From).Hours(), a.Strength)
	}
	slices.SortFunc(t.Mistaken, func(a, b Mistake) int { return a.At.Compare(b.At) })
	for _, m := range t.Mistaken {
		if m.Connector < 0 {
			fmt.Fprintf(w, "mistaken  %-20s %s API %s\n", m.Rule, m.From.Format(hour), m.Of)
			continue
		}
		c := f.Connectors[m.Connector]
		fmt.Fprintf(w, "mistaken  %-20s %s %s in %s, %.0f h, strength %.2f, beside: %v\n", m.Rule, m.From.Format(hour), c.ID, c.Zone,
			m.To.Sub(m.From).Truncate(time.Hour).Hours(), m.Strength, m.Causes)
	}
}
