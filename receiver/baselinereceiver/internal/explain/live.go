package explain

import (
	"cmp"
	"slices"
	"time"

	"github.com/weir-otel/weir/internal/detect"
	"github.com/weir-otel/weir/internal/finding"
)

// liveSpan is what a live rule compares.
const liveSpan = 5 * time.Minute

// Live is a candidate of the hour that is still running. The case's history is
// of the last minutes only.
type Live struct {
	Case
	Full *detect.History // of the entity, up to that hour; may be empty
	End  time.Time       // of the five minutes
	// Looked is the time that the case's history is of.
	Looked time.Duration
}

// Finding describes the candidate: five minutes, and beside what its endpoints
// were called in the last minutes, what they usually are in such a time.
func (l *Live) Finding() finding.Finding {
	e := l.entity()
	parts, total := l.parts()
	f := l.describe(parts[:min(maxContributors, len(parts))])
	f.WindowStart, f.WindowEnd = l.End.Add(-liveSpan), l.End
	f.Endpoint = e.Endpoint
	f.Summary = l.summary(&f, nil)
	if f.Endpoint == "" && len(parts) > 0 && excess(parts[0]) >= 0.5*total {
		f.Endpoint = parts[0].Endpoint
		f.Summary += " Most of what is more went to " + f.Endpoint
		if parts[0].New {
			f.Summary += ", first seen now"
		}
		f.Summary += "."
	}
	f.EvidenceSQL = evidenceSQL(&f)
	f.DashboardURL = dashboard(l.DashboardURL, &f)
	return f
}

func excess(p detect.Contribution) float64 { return p.Observed - p.Expected }

// parts are the endpoints, those with the most beyond the usual first, and the sum
// of that.
func (l *Live) parts() (parts []detect.Contribution, total float64) {
	for i := range l.entity().Endpoints {
		ep := &l.entity().Endpoints[i]
		p := detect.Contribution{Endpoint: ep.Name, Observed: l.amountOf(ep.Within(0, l.History.Hours))}
		p.Expected, p.New = l.usual(ep.Name)
		parts = append(parts, p)
		total += max(excess(p), 0)
	}
	slices.SortStableFunc(parts, func(a, b detect.Contribution) int { return cmp.Compare(excess(b), excess(a)) })
	return parts, total
}

func (l *Live) amountOf(calls, bytes float64) float64 {
	if l.Rule.Measure == detect.BytesOut {
		return bytes
	}
	return calls
}

// usual is what an endpoint amounts to in Looked of the hours in which it is called
// at all, and whether it never was.
func (l *Live) usual(endpoint string) (amount float64, isNew bool) {
	if len(l.Full.Entities) == 0 {
		return 0, true
	}
	for i := range l.Full.Entities[0].Endpoints {
		ep := &l.Full.Entities[0].Endpoints[i]
		if ep.Name == endpoint && len(ep.Hours) > 0 {
			hourly := l.amountOf(ep.Within(0, l.Full.Hours)) / float64(len(ep.Hours))
			return hourly * l.Looked.Hours(), false
		}
	}
	return 0, true
}
