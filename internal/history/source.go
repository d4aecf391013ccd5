package history

import (
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/weir-otel/weir/internal/catalog"
	"github.com/weir-otel/weir/internal/detect"
)

// Source reads histories.
type Source struct {
	Conn    driver.Conn
	Catalog *catalog.Catalog // names, time zones, allow-lists; may be nil
	Events  Events           // may be nil
}

// Events are what people announce: holidays, maintenance, a quarter's end.
type Events interface {
	// Of names the set of events that concern an entity. Those of one set and time
	// zone share a calendar.
	Of(tenant, connector string) string
	// Mark adds the events of a set to a calendar of the hours [start, end).
	Mark(set string, c *detect.Calendar, start, end time.Time)
}

// Reading says what to read. Start and End are whole hours in UTC.
type Reading struct {
	Entity     string // Connector and so on; "" is Connector
	Start, End time.Time
	Of         []detect.Key // only these; nil = all of Part
	Part       Part
	Expected   int      // entities, about; 0 = not known
	Before     bool     // look before Start for when entities and endpoints were first seen
	Tops       bool     // with the largest five minutes of each hour
	Known      *Tops    // where Tops are, if they were read before
	Measures   []string // beside requests, errors and bytes_out
}

// Part is a range of tenants, or of one tenant's connectors; ends are included.
// The zero Part is everything.
type Part struct {
	FirstTenant, LastTenant       string
	FirstConnector, LastConnector string // "" = all of the tenants
}

func (s *Source) location(connector string) *time.Location {
	if s.Catalog == nil {
		return time.UTC
	}
	return s.Catalog.Location(connector)
}

// name is what people call a connector, and the endpoints that it may call.
func (s *Source) about(connector string) (name, platform string, allowed []string) {
	if s.Catalog == nil {
		return "", "", nil
	}
	c := s.Catalog.ConnectorByID(connector)
	if c == nil {
		return "", "", nil
	}
	return c.Name, c.Platform, c.AllowedEndpoints
}
