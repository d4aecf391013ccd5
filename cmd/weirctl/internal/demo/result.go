package demo

import (
	"fmt"
	"math"
	"time"

	"github.com/weir-otel/weir/internal/detect"
	"github.com/weir-otel/weir/internal/finding"
	"github.com/weir-otel/weir/internal/leak"
)

// Result is what came out of a run. Its JSON names are an interface.
type Result struct {
	Seed       uint64            `json:"seed"`
	Benign     bool              `json:"benign"`
	Start      time.Time         `json:"start"`
	End        time.Time         `json:"end"`
	Connectors int               `json:"connectors"`
	Sent       Counts            `json:"sent"`
	Stored     Counts            `json:"stored"`
	Miscounted []string          `json:"miscounted"` // connectors whose rollups are not what they did
	Findings   []finding.Finding `json:"findings"`
	Incidents  []Check           `json:"incidents"`
	LeftOut    []string          `json:"left_out"`   // kinds of incidents that no connector was busy enough for
	Unexpected []finding.Finding `json:"unexpected"` // findings that no incident explains
	Alerts     int               `json:"alerts"`     // findings that the webhook was told of
	Leaks      []string          `json:"leaks"`      // planted secrets that were found, and where
	Searched   leak.Searched     `json:"searched"`
	Control    Control           `json:"control"`
	Phases     []Phase           `json:"phases"`
	Seconds    float64           `json:"seconds"`
	Failures   []string          `json:"failures"` // empty = everything held
}

// Counts are of one side of the pipeline.
type Counts struct {
	Spans   int `json:"spans"`
	Actions int `json:"actions"`
}

// Control is the search for secrets where redaction was left out.
type Control struct {
	Found   []string `json:"found"`   // secrets, by name
	Missing []string `json:"missing"` // secrets that the search did not see: it would not see a leak either
}

// Phase is one step and its time.
type Phase struct {
	Name    string  `json:"name"`
	Seconds float64 `json:"seconds"`
}

// falseAlarms a day that 1000 connectors may have: the goal of docs/detection.md.
const falseAlarms = 5

// falseAlarmsAllowed is the largest number that comes by chance in more than one
// day of 1000 while the goal is kept. (A day without any would be asking for luck.)
func falseAlarmsAllowed(connectors int) int {
	n := 0
	for detect.NegBinomLogTail(float64(n+1), falseAlarms*float64(connectors)/1000, math.Inf(1)) > math.Log(0.001) {
		n++
	}
	return n
}

// judge fills Failures from what was measured.
func (r *Result) judge() {
	fail := func(format string, args ...any) { r.Failures = append(r.Failures, fmt.Sprintf(format, args...)) }
	if r.Sent != r.Stored {
		fail("sent %d spans of %d calls, stored %d spans and %d actions", r.Sent.Spans, r.Sent.Actions, r.Stored.Spans, r.Stored.Actions)
	}
	for _, connector := range r.Miscounted {
		fail("rollup is wrong: %s", connector)
	}
	if !r.Benign && len(r.Incidents) == 0 {
		fail("no incident could be hidden, so none could be missed: raise --spans")
	}
	for _, c := range r.Incidents {
		if !c.Found {
			fail("missed: %s on %s, %s to %s: no finding of family %s", c.Incident.Kind, c.Incident.Connector,
				c.Incident.Start.Format("Mon 15:04"), c.Incident.End.Format("15:04"), c.Incident.Family)
		}
	}
	if due, _ := alertsTold(r.Findings, nil); r.Alerts < due {
		fail("only %d of %d findings were told to the webhook", r.Alerts, due)
	}
	if allowed := falseAlarmsAllowed(r.Connectors); len(r.Unexpected) > allowed {
		fail("%d findings that no incident explains; at %d false alarms a day and 1000 connectors, more than %d of %d connectors come about less than once in 1000 runs",
			len(r.Unexpected), falseAlarms, allowed, r.Connectors)
	}
	if s := r.Searched; s.Tables == 0 || s.Segments == 0 || s.Rows < r.Stored.Spans {
		fail("the search for secrets saw too little: %d rows in %d tables, and %d segments", s.Rows, s.Tables, s.Segments)
	}
	for _, leak := range r.Leaks {
		fail("leaked: %s", leak)
	}
	for _, secret := range r.Control.Missing {
		fail("the search for secrets is blind: with redaction off it did not find the %s", secret)
	}
}
