package catalog

import (
	"maps"
	"net/netip"
	"slices"
	"strings"

	"github.com/weir-otel/weir/internal/openapi"
)

// kind tells the lists of Match apart.
type kind uint8

const (
	kindCertificate kind = iota
	kindConsumer
	kindCredential
	kindCredentialHash
	kindClaim
	kindWorkflow
	kindHeader
	kindAgent
	kindUserAgent
	kindCIDR
	kindRoute
	kinds = iota
)

// key is one value a connector is recognised by.
type key struct {
	kind  kind
	name  string // of the claim, header or attribute; of a route its method
	value string

	issuer string // of a claim's token; "" is any
}

// pair is the name and value of a key.
type pair struct{ name, value string }

// Index finds the connector of a signal in constant time, however many
// connectors there are. It is immutable, and empty for a catalog that was not
// loaded. Every method returns nil where nothing matches.
type Index struct {
	values     [kinds]map[string]*Connector // of the kinds without a name
	pairs      [kinds]map[pair]*Connector   // of those with one
	claims     map[pair]*claimOwner
	userAgents agentTable[Connector]
	networks   networkTable[Connector]
	routes     *openapi.Router
	routed     []*Connector // by the values of routes
}

var emptyIndex = &Index{routes: openapi.NewRouter()}

// Index returns the catalog's index.
func (c *Catalog) Index() *Index {
	if c == nil || c.index == nil {
		return emptyIndex
	}
	return c.index
}

// Certificate finds by the client certificate: its subject, or one of the URIs
// and DNS names that it is issued for.
func (x *Index) Certificate(name string) *Connector { return x.values[kindCertificate][name] }

// Consumer finds by the gateway's consumer: its username, custom id or id.
func (x *Index) Consumer(name string) *Connector { return x.values[kindConsumer][name] }

// Credential finds by the gateway's id of a credential.
func (x *Index) Credential(id string) *Connector { return x.values[kindCredential][id] }

// CredentialHash finds by the keyed hash of an API key or token, "v1:…".
func (x *Index) CredentialHash(hash string) *Connector { return x.values[kindCredentialHash][hash] }

// Workflow finds by a platform's workflow id.
func (x *Index) Workflow(id string) *Connector { return x.values[kindWorkflow][id] }

// Claim finds by a claim of an access token: the connector that has it from this
// issuer (iss), else the one that has it from any. claim is its canonical name.
func (x *Index) Claim(issuer, claim, value string) *Connector {
	var ofAny *Connector
	for owner := x.claims[pair{claim, value}]; owner != nil; owner = owner.next {
		switch owner.issuer {
		case "":
			ofAny = owner.connector
		case issuer:
			return owner.connector
		}
	}
	return ofAny
}

// HasClaim reports whether some connector has a claim, from whichever issuer.
func (x *Index) HasClaim(claim, value string) bool { return x.claims[pair{claim, value}] != nil }

// claimOwner is a connector that has a claim, of those that have the same one
// from different issuers.
type claimOwner struct {
	issuer    string
	connector *Connector
	next      *claimOwner
}

// Header finds by a request header; name is its canonical name.
func (x *Index) Header(name, value string) *Connector { return x.pairs[kindHeader][pair{name, value}] }

// Agent finds by what an AI agent or MCP client calls itself; attribute is one
// of AgentAttributes.
func (x *Index) Agent(attribute, value string) *Connector {
	return x.pairs[kindAgent][pair{attribute, value}]
}

// Claims returns the canonical names of the claims that some connector matches by.
func (x *Index) Claims() []string { return names(x.claims) }

// Headers returns the canonical names of the headers that some connector matches by.
func (x *Index) Headers() []string { return names(x.pairs[kindHeader]) }

func names[E any](of map[pair]*E) []string {
	distinct := map[string]bool{}
	for p := range of {
		distinct[p.name] = true
	}
	return slices.Sorted(maps.Keys(distinct))
}

// UserAgent finds by the whole user agent, else by its longest listed prefix;
// exact tells the two apart.
func (x *Index) UserAgent(agent string) (c *Connector, exact bool) { return x.userAgents.find(agent) }

// Address finds by the most specific network that holds addr.
func (x *Index) Address(addr netip.Addr) *Connector { return x.networks.find(addr) }

// HasAddresses reports whether some connector matches by source address.
func (x *Index) HasAddresses() bool { return len(x.networks.networks) > 0 }

// Route finds by an endpoint that one connector alone calls; path is without a query.
func (x *Index) Route(method, path string) *Connector {
	if i, found := x.routes.Match(strings.ToUpper(method), cleanPath(path)); found {
		return x.routed[i]
	}
	return nil
}

// HasRoutes reports whether some connector matches by endpoint.
func (x *Index) HasRoutes() bool { return len(x.routed) > 0 }

// CanonicalClaim returns one name for the claims in which identity providers
// put the OAuth client: azp (OpenID Connect), client_id (RFC 9068), appid
// (Entra ID) and cid (Okta). Other claims keep their names.
func CanonicalClaim(claim string) string {
	switch claim {
	case "client_id", "appid", "cid":
		return "azp"
	}
	return claim
}

// CanonicalHeader returns a header's name in lower case with dashes: older
// instrumentation writes x_connector_id for X-Connector-Id.
func CanonicalHeader(name string) string {
	return strings.ReplaceAll(strings.ToLower(name), "_", "-")
}

func newIndex(connectors int) *Index {
	x := &Index{routes: openapi.NewRouter()}
	x.values[kindConsumer] = make(map[string]*Connector, connectors)
	return x
}

// add puts a checked key in and returns the connector that already has it. The
// error says why two routes cannot be told apart.
func (x *Index) add(k key, c *Connector) (first *Connector, err error) {
	switch k.kind {
	case kindClaim:
		return x.addClaim(k, c), nil
	case kindHeader, kindAgent:
		return put(&x.pairs[k.kind], pair{k.name, k.value}, c), nil
	case kindUserAgent:
		return x.userAgents.add(k.value, c), nil
	case kindCIDR:
		return x.networks.add(k.value, c), nil
	case kindRoute:
		return x.addRoute(k, c)
	}
	return put(&x.values[k.kind], k.value, c), nil
}

func (x *Index) addClaim(k key, c *Connector) (first *Connector) {
	for owner := x.claims[pair{k.name, k.value}]; owner != nil; owner = owner.next {
		if owner.issuer == k.issuer {
			return owner.connector
		}
	}
	if x.claims == nil {
		x.claims = map[pair]*claimOwner{}
	}
	x.claims[pair{k.name, k.value}] = &claimOwner{k.issuer, c, x.claims[pair{k.name, k.value}]}
	return nil
}

func (x *Index) addRoute(k key, c *Connector) (first *Connector, err error) {
	first = put(&x.pairs[kindRoute], pair{k.name, routeForm(k.value)}, c)
	if first != nil && first != c {
		return first, nil
	}
	x.routed = append(x.routed, c)
	if err = x.routes.Add(k.name, k.value, len(x.routed)-1); first == c {
		return c, nil // /a/{b} and /a/{c} of one connector are the same
	}
	return nil, err
}

// place is where in a connector's match a key is given.
type place struct {
	list string
	i    int
	part string // of a pair: its name's field, or value
}

func (p place) field() string {
	field := "match." + item(p.list, p.i)
	if p.part != "" {
		field += "." + p.part
	}
	return field
}

// eachKey calls f for every key of a connector, in the form it is indexed by.
func eachKey(c *Connector, f func(key, place)) {
	m := &c.Match
	list := func(k kind, name string, values []string) {
		for i, value := range values {
			f(key{kind: k, value: value}, place{list: name, i: i})
		}
	}
	list(kindCertificate, "mtls", m.MTLS)
	list(kindConsumer, "gateway_consumers", m.GatewayConsumers)
	list(kindCredential, "credential_ids", m.CredentialIDs)
	list(kindCredentialHash, "credential_hashes", m.CredentialHashes)
	for i, claim := range m.JWT {
		f(key{kindClaim, CanonicalClaim(claim.Claim), claim.Value, claim.Issuer}, pairPlace("jwt", i, claim.Claim, "claim"))
	}
	list(kindWorkflow, "workflow_ids", m.WorkflowIDs)
	for i, header := range m.Headers {
		f(key{kind: kindHeader, name: CanonicalHeader(header.Name), value: header.Value}, pairPlace("headers", i, header.Name, "name"))
	}
	for i, agent := range m.Agents {
		f(key{kind: kindAgent, name: agent.Attribute, value: agent.Value}, pairPlace("agents", i, agent.Attribute, "attribute"))
	}
	list(kindUserAgent, "user_agents", m.UserAgents)
	list(kindCIDR, "source_cidrs", m.SourceCIDRs)
	for i, route := range m.Routes {
		eachMethod(route, func(method, path string) {
			f(key{kind: kindRoute, name: method, value: path}, place{list: "routes", i: i})
		})
	}
}

// pairPlace points at the name of a pair where that is missing, else at its value.
func pairPlace(list string, i int, name, nameField string) place {
	if name == "" {
		return place{list, i, nameField}
	}
	return place{list, i, "value"}
}
