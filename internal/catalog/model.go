package catalog

import (
	"time"
)

// Version is the only version of the file format so far.
const Version = 1

// Catalog lists who may call the organisation's APIs: tenants and connectors.
// It is immutable once loaded.
type Catalog struct {
	Version    int         `yaml:"version"`
	Tenants    []Tenant    `yaml:"tenants,omitempty"`
	Connectors []Connector `yaml:"connectors,omitempty"`

	// Revision is a short hash of the file's content; it is stamped on records.
	Revision string `yaml:"-"`

	index     *Index
	locations map[string]*time.Location // by connector id
}

// Tenant is a customer, subsidiary or team whose connectors are kept apart.
type Tenant struct {
	ID       string `yaml:"id"`
	Name     string `yaml:"name,omitempty"`
	TimeZone string `yaml:"time_zone,omitempty"` // IANA name; default UTC
	Region   string `yaml:"region,omitempty"`
}

// Connector is one registered automation, flow, bot or integration.
type Connector struct {
	ID               string   `yaml:"id"`
	Name             string   `yaml:"name,omitempty"`
	Tenant           string   `yaml:"tenant,omitempty"` // a Tenant's id
	Platform         string   `yaml:"platform,omitempty"`
	Owner            Owner    `yaml:"owner,omitempty"`
	Environment      string   `yaml:"environment,omitempty"`
	Lifecycle        string   `yaml:"lifecycle,omitempty"` // draft, listed, deprecated, retired
	Purpose          string   `yaml:"purpose,omitempty"`
	TimeZone         string   `yaml:"time_zone,omitempty"` // IANA name; default the tenant's
	Match            Match    `yaml:"match,omitempty"`
	AllowedEndpoints []string `yaml:"allowed_endpoints,omitempty"` // "GET /contacts/*"
}

// Owner says who answers for a connector.
type Owner struct {
	Team string `yaml:"team,omitempty"`
}

// Match lists the signals by which calls of a connector are recognised. A value
// belongs to one connector only, over the whole catalog.
type Match struct {
	GatewayConsumers []string      `yaml:"gateway_consumers,omitempty"` // username, custom id or id of the gateway's consumer
	CredentialIDs    []string      `yaml:"credential_ids,omitempty"`    // the gateway's id of a credential, never the credential
	JWT              []JWTMatch    `yaml:"jwt,omitempty"`
	WorkflowIDs      []string      `yaml:"workflow_ids,omitempty"` // e.g. x-ms-workflow-id
	Headers          []HeaderMatch `yaml:"headers,omitempty"`
	UserAgents       []string      `yaml:"user_agents,omitempty"`  // exact; with a trailing * a prefix
	SourceCIDRs      []string      `yaml:"source_cidrs,omitempty"` // 192.0.2.0/24, 2001:db8::1
}

// JWTMatch is a claim of an access token and its value. The claims azp,
// client_id, appid and cid name the same thing and stand for each other.
type JWTMatch struct {
	Claim string `yaml:"claim"`
	Value string `yaml:"value"`
}

// HeaderMatch is a request header, in any case, and its exact value.
type HeaderMatch struct {
	Name  string `yaml:"name"`
	Value string `yaml:"value"`
}

// Location returns the time zone a connector works in: its own, else its
// tenant's, else UTC. It is never nil.
func (c *Catalog) Location(connectorID string) *time.Location {
	if location := c.locations[connectorID]; location != nil {
		return location
	}
	return time.UTC
}
