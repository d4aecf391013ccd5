package simulate

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"go.yaml.in/yaml/v3"
)

// Scenario says what an organisation's connectors are like. It is read from a
// YAML file; DefaultScenario is the built-in one.
type Scenario struct {
	Days       int                  `yaml:"days"`       // of history
	Connectors int                  `yaml:"connectors"` // how many
	Spans      int                  `yaml:"spans"`      // about how many over all days
	Tenants    []Tenant             `yaml:"tenants"`
	Kinds      map[Kind]float64     `yaml:"kinds"`     // relative number of connectors of a kind
	Incidents  map[IncidentKind]int `yaml:"incidents"` // how many of each
	Growing    float64              `yaml:"growing"`   // share of connectors that keep adding endpoints
	Traced     float64              `yaml:"traced"`    // share of connectors whose calls also have a client and a backend span
	Shadow     int                  `yaml:"shadow"`    // connectors that nobody registered in the catalog
}

// Tenant is one customer or department, in one time zone.
type Tenant struct {
	ID       string  `yaml:"id"`
	TimeZone string  `yaml:"time_zone"` // IANA name
	Region   string  `yaml:"region"`    // whose holidays: de, us, uk, jp, in, br, au
	Weight   float64 `yaml:"weight"`    // relative number of connectors
}

// DefaultScenario is used where no file is given.
func DefaultScenario() *Scenario {
	return &Scenario{
		Days: 28, Connectors: 220, Spans: 1_000_000,
		Tenants: []Tenant{
			{ID: "acme-eu", TimeZone: "Europe/Berlin", Region: "de", Weight: 3},
			{ID: "acme-us", TimeZone: "America/New_York", Region: "us", Weight: 3},
			{ID: "globex", TimeZone: "Europe/London", Region: "uk", Weight: 2},
			{ID: "initech", TimeZone: "America/Los_Angeles", Region: "us", Weight: 2},
			{ID: "umbra", TimeZone: "Asia/Kolkata", Region: "in", Weight: 1.5},
			{ID: "hanabi", TimeZone: "Asia/Tokyo", Region: "jp", Weight: 1.5},
			{ID: "carioca", TimeZone: "America/Sao_Paulo", Region: "br", Weight: 1},
			{ID: "southern", TimeZone: "Australia/Sydney", Region: "au", Weight: 1},
		},
		Kinds: map[Kind]float64{
			KindOffice: 38, KindNightly: 12, KindHourly: 12, KindQuarterHourly: 8,
			KindWebhook: 12, KindAgent: 8, KindSparse: 10,
		},
		Incidents: map[IncidentKind]int{Exfiltration: 1, Burst: 2, OffHours: 1, NewEndpoint: 2},
		Growing:   0.12, Traced: 0.07, Shadow: 2,
	}
}

// LoadScenario reads a scenario file; what it does not say is as in DefaultScenario.
func LoadScenario(path string) (*Scenario, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("cannot read scenario: %w", err)
	}
	s := DefaultScenario()
	decoder := yaml.NewDecoder(bytes.NewReader(raw))
	decoder.KnownFields(true)
	if err := decoder.Decode(s); err != nil && !errors.Is(err, io.EOF) { // an empty file is the default
		return nil, fmt.Errorf("cannot read scenario %s: %w", path, err)
	}
	if err := s.Validate(); err != nil {
		return nil, fmt.Errorf("cannot use scenario %s: %w", path, err)
	}
	return s, nil
}

// Validate says what is wrong with the scenario, by key.
func (s *Scenario) Validate() error {
	var errs []error
	if len(s.Tenants) == 0 {
		errs = append(errs, errors.New("tenants: none: give at least one with id, time_zone and region"))
	}
	for i, t := range s.Tenants {
		if t.ID == "" {
			errs = append(errs, fmt.Errorf("tenants[%d].id: must not be empty", i))
		}
		if _, err := time.LoadLocation(t.TimeZone); err != nil || t.TimeZone == "" {
			errs = append(errs, fmt.Errorf("tenants[%d].time_zone: %q is no IANA time zone such as Europe/Berlin", i, t.TimeZone))
		}
		if _, ok := holidaysOf[t.Region]; !ok {
			errs = append(errs, fmt.Errorf("tenants[%d].region: %q is not known: use one of %v", i, t.Region, regions()))
		}
		if t.Weight <= 0 {
			errs = append(errs, fmt.Errorf("tenants[%d].weight: %v must be more than 0", i, t.Weight))
		}
	}
	total := 0.0
	for kind, share := range s.Kinds {
		if !slices.Contains(kinds, kind) {
			errs = append(errs, fmt.Errorf("kinds: %q is not known: use one of %v", kind, kinds))
		}
		total += share
	}
	if total <= 0 {
		errs = append(errs, errors.New("kinds: none has a share above 0"))
	}
	for kind := range s.Incidents {
		if !slices.Contains(incidentKinds, kind) {
			errs = append(errs, fmt.Errorf("incidents: %q is not known: use one of %v", kind, incidentKinds))
		}
	}
	return errors.Join(errs...)
}
