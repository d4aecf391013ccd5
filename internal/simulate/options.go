package simulate

import (
	"errors"
	"fmt"
	"time"
)

// Options choose the traffic. The zero value of a field means its default.
type Options struct {
	Seed       uint64    // the same options and seed give the same calls
	End        time.Time // exclusive; truncated to the hour; default now
	Days       int       // how much history, default the scenario's 28
	Connectors int       // default the scenario's 220
	Spans      int       // about how many spans to send, default the scenario's 1,000,000
	Benign     bool      // no incidents
	Scenario   *Scenario // default DefaultScenario()
	Secrets    *Secrets  // planted into some spans when given
}

const (
	minDays       = 2
	minConnectors = 10
)

func (o Options) withDefaults() (Options, error) {
	if o.Scenario == nil {
		o.Scenario = DefaultScenario()
	}
	if err := o.Scenario.Validate(); err != nil {
		return o, err
	}
	if o.End.IsZero() {
		o.End = time.Now()
	}
	o.End = o.End.UTC().Truncate(time.Hour)
	if o.Days == 0 {
		o.Days = o.Scenario.Days
	}
	if o.Connectors == 0 {
		o.Connectors = o.Scenario.Connectors
	}
	if o.Spans == 0 {
		o.Spans = o.Scenario.Spans
	}
	var errs []error
	if o.Days < minDays {
		errs = append(errs, fmt.Errorf("days: %d is too few: at least %d", o.Days, minDays))
	}
	if o.Connectors < minConnectors {
		errs = append(errs, fmt.Errorf("connectors: %d is too few: at least %d", o.Connectors, minConnectors))
	}
	if o.Spans < o.Connectors {
		errs = append(errs, fmt.Errorf("spans: %d is too few for %d connectors: at least one each", o.Spans, o.Connectors))
	}
	return o, errors.Join(errs...)
}
