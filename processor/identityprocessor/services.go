package identityprocessor

import (
	"strings"
	"sync"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/weir-otel/weir/internal/identity"
)

// services gives the services that calls are counted by their labels. A sender
// can invent names, so only the first maxServices that are worth one have one
// each; the others share label 0.
type services struct {
	mu     sync.RWMutex // guards everything below
	labels map[string]int
	sets   [][identity.Statuses]metric.MeasurementOption // by label
}

const (
	maxServices    = 100
	maxServiceName = 128
	otherServices  = "other"
)

func newServices() *services {
	return &services{labels: map[string]int{}, sets: [][identity.Statuses]metric.MeasurementOption{serviceAttributes(otherServices)}}
}

// label returns the label of a service; worthy says that it may have one of its
// own.
func (s *services) label(name string, worthy bool) int {
	name = strings.ToValidUTF8(name, "\uFFFD") // exporters refuse others
	s.mu.RLock()
	label, known := s.labels[name]
	full := len(s.labels) >= maxServices
	s.mu.RUnlock()
	if known || full || !worthy || len(name) > maxServiceName {
		return label
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.add(name)
}

func (s *services) add(name string) int {
	if label, known := s.labels[name]; known || len(s.labels) >= maxServices {
		return label
	}
	name = strings.Clone(name)
	s.labels[name] = len(s.sets)
	s.sets = append(s.sets, serviceAttributes(name))
	return s.labels[name]
}

func (s *services) attributes(label int, status identity.Status) metric.MeasurementOption {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.sets[label][status]
}

func serviceAttributes(name string) (sets [identity.Statuses]metric.MeasurementOption) {
	for status := range sets {
		sets[status] = metric.WithAttributeSet(attribute.NewSet(
			attribute.String("service", name),
			attribute.String("status", identity.Status(status).String()),
		))
	}
	return sets
}
