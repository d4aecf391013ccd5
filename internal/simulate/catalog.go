package simulate

import (
	"bytes"
	"fmt"
	"os"

	"go.yaml.in/yaml/v3"

	"github.com/weir-otel/weir/internal/catalog"
)

// Catalog lists the registered connectors, as an organisation would keep them.
func (s *Simulation) Catalog() *catalog.Catalog { return s.catalog }

// WriteCatalog writes the catalog as the file that identity and baseline read.
func (s *Simulation) WriteCatalog(path string) error {
	if err := os.WriteFile(path, s.catalogYAML, 0o600); err != nil {
		return fmt.Errorf("cannot write catalog: %w", err)
	}
	return nil
}

func (s *Simulation) makeCatalog() error {
	c := catalog.Catalog{Version: catalog.Version}
	for _, t := range s.opts.Scenario.Tenants {
		c.Tenants = append(c.Tenants, catalog.Tenant{ID: t.ID, TimeZone: t.TimeZone, Region: t.Region})
	}
	zones := map[string]string{}
	for _, t := range s.opts.Scenario.Tenants {
		zones[t.ID] = t.TimeZone
	}
	for _, connector := range s.connectors {
		if connector.Registered {
			c.Connectors = append(c.Connectors, connector.entry(zones[connector.Tenant]))
		}
	}
	var out bytes.Buffer
	if err := yaml.NewEncoder(&out).Encode(c); err != nil {
		return fmt.Errorf("cannot write catalog: %w", err)
	}
	s.catalogYAML = out.Bytes()
	parsed, err := catalog.Parse("simulated catalog", s.catalogYAML)
	if err != nil {
		return fmt.Errorf("cannot use simulated catalog: %w", err)
	}
	s.catalog = parsed
	return nil
}

// entry is the connector in the catalog, recognised by the signal of its platform.
func (c *Connector) entry(tenantZone string) catalog.Connector {
	entry := catalog.Connector{
		ID: c.ID, Name: c.Name, Tenant: c.Tenant, Platform: c.Platform, Owner: catalog.Owner{Team: c.Team},
		Environment: c.Environment, Lifecycle: "listed", Purpose: c.Purpose,
	}
	if c.TimeZone != tenantZone {
		entry.TimeZone = c.TimeZone
	}
	switch c.signal {
	case byConsumer:
		entry.Match.GatewayConsumers = []string{c.key}
	case byWorkflow:
		entry.Match.WorkflowIDs = []string{c.key}
	case byClaim:
		entry.Match.JWT = []catalog.JWTMatch{{Claim: "azp", Value: c.key}}
	case byUserAgent:
		entry.Match.UserAgents = []string{c.key}
	}
	return entry
}
