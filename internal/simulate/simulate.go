package simulate

import (
	"time"

	"github.com/weir-otel/weir/internal/catalog"
)

// Simulation is a plan with its incidents. It is read-only once made: Calls and
// Batches may run several times, also at once.
type Simulation struct {
	opts       Options
	start, end time.Time
	connectors []*Connector
	zones      []zone
	incidents  []Incident

	catalog     *catalog.Catalog
	catalogYAML []byte
}

// zone is a time zone with the holidays of a region.
type zone struct {
	location *time.Location
	region   string
}

// New plans the connectors and chooses the incidents.
func New(opts Options) (*Simulation, error) {
	opts, err := opts.withDefaults()
	if err != nil {
		return nil, err
	}
	s := &Simulation{opts: opts, start: opts.End.AddDate(0, 0, -opts.Days), end: opts.End}
	if err := s.plan(); err != nil {
		return nil, err
	}
	if !opts.Benign {
		s.chooseIncidents()
	}
	if err := s.makeCatalog(); err != nil {
		return nil, err
	}
	s.encodeConstants()
	return s, nil
}

// Connectors lists the simulated connectors.
func (s *Simulation) Connectors() []*Connector { return s.connectors }

// Incidents is the ground truth: what was added to the benign traffic.
func (s *Simulation) Incidents() []Incident { return s.incidents }

// Start is when the history begins.
func (s *Simulation) Start() time.Time { return s.start }

// End is when the history ends; every call is before it.
func (s *Simulation) End() time.Time { return s.end }

// locals is an hour in every zone of the plan.
func (s *Simulation) locals(hour time.Time) []local {
	locals := make([]local, len(s.zones))
	s.fillLocals(locals, hour)
	return locals
}

func (s *Simulation) fillLocals(locals []local, hour time.Time) {
	progress := float64(hour.Sub(s.start)) / float64(s.end.Sub(s.start))
	for i, z := range s.zones {
		locals[i] = localHour(hour, z.location, z.region, progress)
	}
}
