package catalog

import (
	"time"
)

// Version is the only version of the file format so far.
const Version = 1

// Catalog lists who may call the organisation's APIs, and what those APIs are.
// It is immutable once loaded.
type Catalog struct {
	Version    int         `yaml:"version"`
	Tenants    []Tenant    `yaml:"tenants,omitempty"`
	Platforms  []Platform  `yaml:"platforms,omitempty"`
	Connectors []Connector `yaml:"connectors,omitempty"`
	Users      []User      `yaml:"users,omitempty"`
	APIs       []API       `yaml:"apis,omitempty"`

	// Revision is a short hash of the content of all files; it is stamped on records.
	Revision string `yaml:"-"`

	index      *Index
	connectors map[string]*Connector
	users      map[string]*User
	platforms  platformIndex
	operations operationIndex
	tenants    map[string]*Tenant
	zones      map[string]*time.Location // by name
}

// Tenant is a customer, subsidiary or team whose connectors are kept apart.
type Tenant struct {
	ID       string `yaml:"id"`
	Name     string `yaml:"name,omitempty"`
	TimeZone string `yaml:"time_zone,omitempty"` // IANA name; default UTC
	Region   string `yaml:"region,omitempty"`
}

// Platform is a low-code platform: one of the organisation's own, or further
// marks of one that Weir knows.
type Platform struct {
	ID          string   `yaml:"id"` // e.g. power_automate
	Name        string   `yaml:"name,omitempty"`
	UserAgents  []string `yaml:"user_agents,omitempty"`  // exact; with a trailing * a prefix
	SourceCIDRs []string `yaml:"source_cidrs,omitempty"` // where its calls come from
}

// Connector is one registered automation, flow, bot or integration.
type Connector struct {
	ID               string   `yaml:"id"`
	Name             string   `yaml:"name,omitempty"`
	Version          string   `yaml:"version,omitempty"` // of the flow or the package
	Tenant           string   `yaml:"tenant,omitempty"`  // a Tenant's id
	Platform         string   `yaml:"platform,omitempty"`
	Owner            Owner    `yaml:"owner,omitempty"`
	Environment      string   `yaml:"environment,omitempty"`
	Lifecycle        string   `yaml:"lifecycle,omitempty"` // draft, listed, deprecated, retired
	Purpose          string   `yaml:"purpose,omitempty"`
	Tags             []string `yaml:"tags,omitempty"`
	TimeZone         string   `yaml:"time_zone,omitempty"` // IANA name; default the tenant's
	Match            Match    `yaml:"match,omitempty"`
	AllowedEndpoints []string `yaml:"allowed_endpoints,omitempty"` // "GET /contacts/*"
	AllowedScopes    []string `yaml:"allowed_scopes,omitempty"`    // OAuth scopes
	Quota            Quota    `yaml:"quota,omitempty"`
	Budget           Budget   `yaml:"budget,omitempty"`
	Approval         Approval `yaml:"approval,omitempty"`
}

// Owner says who answers for a connector.
type Owner struct {
	Team    string `yaml:"team,omitempty"`
	Contact string `yaml:"contact,omitempty"` // an address, channel or name
}

// Quota is what a connector is meant to stay below; 0 means that none is agreed.
type Quota struct {
	RequestsPerDay float64 `yaml:"requests_per_day,omitempty"`
	BytesOutPerDay float64 `yaml:"bytes_out_per_day,omitempty"`
}

// Budget is what a connector's calls may cost; 0 means that none is agreed.
type Budget struct {
	PerDay   float64 `yaml:"per_day,omitempty"`
	Currency string  `yaml:"currency,omitempty"` // ISO 4217, e.g. EUR
}

// Approval says who let a connector in, and until when. Dates are 2006-01-02,
// the last day included.
type Approval struct {
	Status  string `yaml:"status,omitempty"` // approved, pending, revoked
	By      string `yaml:"by,omitempty"`
	At      string `yaml:"at,omitempty"`
	Expires string `yaml:"expires,omitempty"`
}

// Match lists the signals by which calls of a connector are recognised. A value
// belongs to one connector only, over the whole catalog.
type Match struct {
	MTLS             []string      `yaml:"mtls,omitempty"`              // subject or SAN of the client certificate, as the gateway gives it
	GatewayConsumers []string      `yaml:"gateway_consumers,omitempty"` // username, custom id or id of the gateway's consumer
	CredentialIDs    []string      `yaml:"credential_ids,omitempty"`    // the gateway's id of a credential, never the credential
	CredentialHashes []string      `yaml:"credential_hashes,omitempty"` // "v1:…", by weirctl catalog hash
	JWT              []JWTMatch    `yaml:"jwt,omitempty"`
	WorkflowIDs      []string      `yaml:"workflow_ids,omitempty"` // e.g. x-ms-workflow-id
	Headers          []HeaderMatch `yaml:"headers,omitempty"`
	Agents           []AgentMatch  `yaml:"agents,omitempty"`
	UserAgents       []string      `yaml:"user_agents,omitempty"`  // exact; with a trailing * a prefix
	SourceCIDRs      []string      `yaml:"source_cidrs,omitempty"` // 192.0.2.0/24, 2001:db8::1
	Routes           []string      `yaml:"routes,omitempty"`       // "POST /hooks/crm/*": endpoints that it alone calls
}

// JWTMatch is a claim of an access token and its value. The claims azp,
// client_id, appid and cid name the same thing and stand for each other. With an
// issuer only its tokens (iss) match: what is unique to one issuer need not be so
// to another.
type JWTMatch struct {
	Claim  string `yaml:"claim"`
	Value  string `yaml:"value"`
	Issuer string `yaml:"issuer,omitempty"`
}

// HeaderMatch is a request header, in any case, and its exact value.
type HeaderMatch struct {
	Name  string `yaml:"name"`
	Value string `yaml:"value"`
}

// AgentMatch is an attribute in which AI agents and MCP clients name themselves
// (gen_ai.agent.id, gen_ai.agent.name, mcp.client.name), and its exact value.
type AgentMatch struct {
	Attribute string `yaml:"attribute"`
	Value     string `yaml:"value"`
}

// User is a person or a service account, and when it may act. Dates are
// 2006-01-02, the last day included.
type User struct {
	ID         string `yaml:"id"`
	Name       string `yaml:"name,omitempty"`
	Kind       string `yaml:"kind,omitempty"`   // employee, contractor, service
	Tenant     string `yaml:"tenant,omitempty"` // a Tenant's id
	ValidFrom  string `yaml:"valid_from,omitempty"`
	ValidUntil string `yaml:"valid_until,omitempty"`
}

// API is one HTTP interface of the organisation: which services and hosts it is
// served by, and what its operations are.
type API struct {
	ID             string          `yaml:"id"`
	Name           string          `yaml:"name,omitempty"`
	Version        string          `yaml:"version,omitempty"`
	Services       []string        `yaml:"services,omitempty"`  // service.name of what serves it
	Hosts          []string        `yaml:"hosts,omitempty"`     // server.address of calls to it
	BasePath       string          `yaml:"base_path,omitempty"` // default the OpenAPI document's
	OpenAPI        string          `yaml:"openapi,omitempty"`   // an OpenAPI 3 file, relative to the catalog
	Classification string          `yaml:"classification,omitempty"`
	RetentionClass string          `yaml:"retention_class,omitempty"`
	CostPerCall    float64         `yaml:"cost_per_call,omitempty"`
	Currency       string          `yaml:"currency,omitempty"` // ISO 4217, e.g. EUR
	Operations     []OperationRule `yaml:"operations,omitempty"`
}

// OperationRule adds an operation to an API, or says more of one that the
// OpenAPI file has.
type OperationRule struct {
	Endpoint       string   `yaml:"endpoint"` // "GET /contacts/{id}", without the base path
	OperationID    string   `yaml:"operation_id,omitempty"`
	Classification string   `yaml:"classification,omitempty"`
	RetentionClass string   `yaml:"retention_class,omitempty"`
	CostPerCall    *float64 `yaml:"cost_per_call,omitempty"` // 0 for one that is free
	Scopes         []string `yaml:"scopes,omitempty"`
	Deprecated     bool     `yaml:"deprecated,omitempty"`
}

// Location returns the time zone a connector works in: its own, else its
// tenant's, else UTC. It is never nil.
func (c *Catalog) Location(connectorID string) *time.Location {
	if connector := c.connectors[connectorID]; connector != nil {
		if location := c.zones[connector.TimeZone]; location != nil {
			return location
		}
		if tenant := c.tenants[connector.Tenant]; tenant != nil && c.zones[tenant.TimeZone] != nil {
			return c.zones[tenant.TimeZone]
		}
	}
	return time.UTC
}

// ConnectorByID returns a connector, or nil.
func (c *Catalog) ConnectorByID(id string) *Connector { return c.connectors[id] }

// User returns the user of an id, or nil.
func (c *Catalog) User(id string) *User { return c.users[id] }

// Region returns where a tenant's data belongs, "" if the catalog does not say.
func (c *Catalog) Region(tenantID string) string {
	if tenant := c.tenants[tenantID]; tenant != nil {
		return tenant.Region
	}
	return ""
}
