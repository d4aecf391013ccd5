package catalog

import (
	"cmp"
	"maps"
	"net/netip"
	"slices"
	"strings"
)

// kind tells the lists of Match apart.
type kind uint8

const (
	kindConsumer kind = iota
	kindCredential
	kindClaim
	kindWorkflow
	kindHeader
	kindUserAgent
	kindUserAgentPrefix
	kindCIDR
	kinds = iota
)

// pair is a claim or header, by its canonical name, and its value.
type pair struct{ name, value string }

// minUserAgentPrefix keeps a prefix from matching most of the world.
const minUserAgentPrefix = 3

// key is one value a connector is recognised by. Name is the claim or header.
type key struct {
	kind        kind
	name, value string
}

// Index finds the connector of a signal in constant time, however many
// connectors there are. It is immutable, and empty for a catalog that was not
// loaded. Every method returns nil where nothing matches.
type Index struct {
	values   [kinds]map[string]*Connector // of the kinds without a name
	claims   map[pair]*Connector
	headers  map[pair]*Connector
	networks map[netip.Prefix]*Connector

	agentLengths []int // distinct lengths of user agent prefixes, longest first
	bits4, bits6 []int // distinct lengths of networks, most specific first
}

var emptyIndex = newIndex(0)

// Index returns the catalog's index.
func (c *Catalog) Index() *Index {
	if c == nil || c.index == nil {
		return emptyIndex
	}
	return c.index
}

// Consumer finds by the gateway's consumer: its username, custom id or id.
func (x *Index) Consumer(name string) *Connector { return x.values[kindConsumer][name] }

// Credential finds by the gateway's id of a credential.
func (x *Index) Credential(id string) *Connector { return x.values[kindCredential][id] }

// Workflow finds by a platform's workflow id.
func (x *Index) Workflow(id string) *Connector { return x.values[kindWorkflow][id] }

// Claim finds by a claim of an access token; claim is its canonical name.
func (x *Index) Claim(claim, value string) *Connector { return x.claims[pair{claim, value}] }

// Header finds by a request header; name is its canonical name.
func (x *Index) Header(name, value string) *Connector { return x.headers[pair{name, value}] }

// Claims returns the canonical names of the claims that some connector matches by.
func (x *Index) Claims() []string { return names(x.claims) }

// Headers returns the canonical names of the headers that some connector matches by.
func (x *Index) Headers() []string { return names(x.headers) }

func names(of map[pair]*Connector) []string {
	distinct := map[string]bool{}
	for p := range of {
		distinct[p.name] = true
	}
	return slices.Sorted(maps.Keys(distinct))
}

// UserAgent finds by the whole user agent, else by its longest listed prefix;
// exact tells the two apart.
func (x *Index) UserAgent(agent string) (c *Connector, exact bool) {
	if c := x.values[kindUserAgent][agent]; c != nil {
		return c, true
	}
	for _, length := range x.agentLengths {
		if length > len(agent) {
			continue
		}
		if c := x.values[kindUserAgentPrefix][agent[:length]]; c != nil {
			return c, false
		}
	}
	return nil, false
}

// Address finds by the most specific network that holds addr.
func (x *Index) Address(addr netip.Addr) *Connector {
	if len(x.networks) == 0 || !addr.IsValid() {
		return nil
	}
	addr = addr.Unmap().WithZone("")
	bits := x.bits6
	if addr.Is4() {
		bits = x.bits4
	}
	for _, length := range bits {
		prefix, err := addr.Prefix(length)
		if err != nil {
			continue
		}
		if c := x.networks[prefix]; c != nil {
			return c
		}
	}
	return nil
}

// HasAddresses reports whether some connector matches by source address.
func (x *Index) HasAddresses() bool { return len(x.networks) > 0 }

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

func newIndex(connectors int) *Index {
	x := &Index{
		claims:   map[pair]*Connector{},
		headers:  map[pair]*Connector{},
		networks: map[netip.Prefix]*Connector{},
	}
	for i := range x.values {
		x.values[i] = map[string]*Connector{}
	}
	x.values[kindConsumer] = make(map[string]*Connector, connectors)
	return x
}

// add puts a checked key in and returns the connector that already has it.
func (x *Index) add(k key, c *Connector) (first *Connector) {
	switch k.kind {
	case kindCIDR:
		prefix, err := parsePrefix(k.value)
		if err != nil {
			return nil
		}
		return put(x.networks, prefix, c)
	case kindClaim:
		return put(x.claims, pair{k.name, k.value}, c)
	case kindHeader:
		return put(x.headers, pair{k.name, k.value}, c)
	case kindUserAgentPrefix:
		x.agentLengths = append(x.agentLengths, len(k.value))
	}
	return put(x.values[k.kind], k.value, c)
}

// put keeps the connector that came first, and returns it if there was one.
func put[K comparable](into map[K]*Connector, k K, c *Connector) (first *Connector) {
	if first = into[k]; first == nil {
		into[k] = c
	}
	return first
}

func (x *Index) finish() {
	for prefix := range x.networks {
		if prefix.Addr().Is4() {
			x.bits4 = append(x.bits4, prefix.Bits())
		} else {
			x.bits6 = append(x.bits6, prefix.Bits())
		}
	}
	for _, lengths := range []*[]int{&x.agentLengths, &x.bits4, &x.bits6} {
		slices.SortFunc(*lengths, func(a, b int) int { return cmp.Compare(b, a) })
		*lengths = slices.Compact(*lengths)
	}
}

// place is where in a connector's match a key is given.
type place struct {
	list  string
	i     int
	field string // of a claim or header: claim, name or value
}

func (p place) steps(connector int) []any {
	steps := []any{"connectors", connector, "match", p.list, p.i}
	if p.field != "" {
		steps = append(steps, p.field)
	}
	return steps
}

// eachKey calls f for every key of a connector, in the form it is indexed by.
func eachKey(c *Connector, f func(key, place)) {
	list := func(k kind, name string, values []string) {
		for i, value := range values {
			f(key{k, "", value}, place{list: name, i: i})
		}
	}
	list(kindConsumer, "gateway_consumers", c.Match.GatewayConsumers)
	list(kindCredential, "credential_ids", c.Match.CredentialIDs)
	for i, m := range c.Match.JWT {
		f(key{kindClaim, CanonicalClaim(m.Claim), m.Value}, pairPlace("jwt", i, m.Claim, "claim"))
	}
	list(kindWorkflow, "workflow_ids", c.Match.WorkflowIDs)
	for i, m := range c.Match.Headers {
		f(key{kindHeader, CanonicalHeader(m.Name), m.Value}, pairPlace("headers", i, m.Name, "name"))
	}
	for i, agent := range c.Match.UserAgents {
		at := place{list: "user_agents", i: i}
		if prefix, found := strings.CutSuffix(agent, "*"); found {
			f(key{kindUserAgentPrefix, "", prefix}, at)
		} else {
			f(key{kindUserAgent, "", agent}, at)
		}
	}
	list(kindCIDR, "source_cidrs", c.Match.SourceCIDRs)
}

// pairPlace points at the name of a pair where that is missing, else at its value.
func pairPlace(list string, i int, name, field string) place {
	if name != "" {
		field = "value"
	}
	return place{list: list, i: i, field: field}
}

// CanonicalHeader returns a header's name in lower case with dashes: older
// instrumentation writes x_connector_id for X-Connector-Id.
func CanonicalHeader(name string) string {
	return strings.ReplaceAll(strings.ToLower(name), "_", "-")
}
