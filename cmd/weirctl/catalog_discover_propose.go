package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/weir-otel/weir/internal/catalog"
	"github.com/weir-otel/weir/internal/route"
)

// maxAllowedEndpoints is how many a proposal lists before it allows whole parts
// of an API.
const maxAllowedEndpoints = 25

// callers are calls that share a signal.
type callers struct {
	ID               string        `json:"id,omitempty"` // proposed for the catalog; of a connector it has, if Registered
	Registered       bool          `json:"registered"`   // the calls claim to be this connector
	Signal           string        `json:"signal"`
	Value            string        `json:"value"`
	Calls            uint64        `json:"calls"`
	Trusted          uint64        `json:"trusted_calls"` // came through a trusted peer
	FirstSeen        time.Time     `json:"first_seen"`
	LastSeen         time.Time     `json:"last_seen"`
	Tenants          []string      `json:"tenants"`
	Platforms        []string      `json:"platforms"`
	Services         []string      `json:"services"` // that reported the calls
	Environments     []string      `json:"environments"`
	Reasons          []string      `json:"reasons"`
	TokenIssuers     []string      `json:"token_issuers"`
	Scopes           []string      `json:"scopes"`
	Claimed          []string      `json:"claimed"` // connectors that the calls claim to be
	Endpoints        []calledRoute `json:"-"`
	EndpointCount    int           `json:"endpoints"`
	AllowedEndpoints []string      `json:"allowed_endpoints"`
}

// proposeConnectors returns the callers that can be registered and those that
// have nothing to be registered by, both with the most calls first.
func proposeConnectors(calls []discoveredCalls, l learned, known *catalog.Catalog, minCalls uint64) (named, unnamed []callers) {
	named, unnamed = []callers{}, []callers{} // not nil: [] in JSON
	taken := map[string]bool{}
	for _, c := range groupCalls(calls, l) {
		if c.Calls < minCalls || c.isKnown(known) {
			continue
		}
		c.AllowedEndpoints = allowedEndpoints(c.Endpoints)
		if !c.canBeRegistered() {
			unnamed = append(unnamed, c)
			continue
		}
		if len(c.Claimed) == 1 {
			c.ID, c.Registered = c.Claimed[0], true
		} else {
			c.ID = freeID(c.proposedID(), func(id string) bool { return taken[id] || known.ConnectorByID(id) != nil })
			taken[c.ID] = true
		}
		named = append(named, c)
	}
	return named, unnamed
}

// groupCalls joins the endpoints of each signal.
func groupCalls(calls []discoveredCalls, l learned) []callers {
	type signal struct{ name, value string }
	groups := map[signal]*callers{}
	endpoints := map[signal]map[string]calledRoute{}
	for i := range calls {
		row := &calls[i]
		key := signal{row.Signal, row.Value}
		if groups[key] == nil {
			groups[key] = &callers{Signal: row.Signal, Value: row.Value, FirstSeen: row.FirstSeen.UTC(), LastSeen: row.LastSeen.UTC()}
			endpoints[key] = map[string]calledRoute{}
		}
		groups[key].add(row)
		template := l.template(row.Services, row.Method, row.Route)
		text := strings.TrimSpace(row.Method + " " + template)
		endpoints[key][text] = calledRoute{Method: row.Method, Route: template, Calls: endpoints[key][text].Calls + row.Calls}
	}
	all := make([]callers, 0, len(groups))
	for key, group := range groups {
		group.Endpoints = slices.SortedFunc(maps.Values(endpoints[key]), func(a, b calledRoute) int {
			return cmp.Or(cmp.Compare(b.Calls, a.Calls), cmp.Compare(a.Route, b.Route), cmp.Compare(a.Method, b.Method))
		})
		group.EndpointCount = len(group.Endpoints)
		all = append(all, *group)
	}
	slices.SortFunc(all, func(a, b callers) int {
		return cmp.Or(cmp.Compare(b.Calls, a.Calls), cmp.Compare(a.Signal, b.Signal), cmp.Compare(a.Value, b.Value))
	})
	return all
}

func (c *callers) add(row *discoveredCalls) {
	c.Calls += row.Calls
	c.Trusted += row.Trusted
	if row.FirstSeen.Before(c.FirstSeen) {
		c.FirstSeen = row.FirstSeen.UTC()
	}
	if row.LastSeen.After(c.LastSeen) {
		c.LastSeen = row.LastSeen.UTC()
	}
	c.Tenants = union(c.Tenants, row.Tenants)
	c.Platforms = union(c.Platforms, row.Platforms)
	c.Services = union(c.Services, row.Services)
	c.Environments = union(c.Environments, row.Environments)
	c.Reasons = union(c.Reasons, row.Reasons)
	c.TokenIssuers = union(c.TokenIssuers, row.Issuers)
	c.Scopes = union(c.Scopes, row.Scopes)
	c.Claimed = union(c.Claimed, []string{row.Claimed})
}

// union returns the values of both, sorted, without the empty one. It is never
// nil: an empty list is [] in JSON.
func union(a, b []string) []string {
	all := slices.DeleteFunc(slices.Concat([]string{}, a, b), func(s string) bool { return s == "" })
	slices.Sort(all)
	return slices.Compact(all)
}

// isKnown reports whether the catalog has a connector for the signal already.
func (c *callers) isKnown(known *catalog.Catalog) bool {
	if len(known.Connectors) == 0 {
		return false
	}
	index := known.Index()
	switch c.Signal {
	case signalClient:
		return index.HasClaim(catalog.CanonicalClaim("azp"), c.Value)
	case signalCredential:
		return index.Credential(c.Value) != nil
	case signalHash:
		return index.CredentialHash(c.Value) != nil
	case signalWorkflow:
		return index.Workflow(c.Value) != nil
	}
	return false
}

// canBeRegistered reports whether the catalog would take the signal.
func (c *callers) canBeRegistered() bool {
	if c.Signal == signalPlatform || c.Signal == signalService || !utf8.ValidString(c.Value) {
		return false
	}
	entry := catalog.Connector{ID: "proposed", Match: c.match()}
	return accepts(catalog.Catalog{Connectors: []catalog.Connector{entry}})
}

// match returns the rule by which the catalog would recognise the calls.
func (c *callers) match() catalog.Match {
	switch c.Signal {
	case signalClient:
		return catalog.Match{JWT: []catalog.JWTMatch{{Claim: "azp", Value: c.Value}}}
	case signalCredential:
		return catalog.Match{CredentialIDs: []string{c.Value}}
	case signalHash:
		return catalog.Match{CredentialHashes: []string{c.Value}}
	case signalWorkflow:
		return catalog.Match{WorkflowIDs: []string{c.Value}}
	}
	return catalog.Match{}
}

// connector returns the entry for the catalog. A tenant would have to be in the
// same file: it is left to a comment.
func (c *callers) connector() catalog.Connector {
	entry := catalog.Connector{ID: c.ID, Lifecycle: "draft", Match: c.match(), AllowedEndpoints: c.AllowedEndpoints}
	if len(c.Platforms) == 1 {
		entry.Platform = c.Platforms[0]
	}
	if len(c.Environments) == 1 {
		entry.Environment = c.Environments[0]
	}
	for _, scope := range c.Scopes {
		if !strings.ContainsAny(scope, " \t\r\n") {
			entry.AllowedScopes = append(entry.AllowedScopes, scope)
		}
	}
	return entry
}

// proposedID returns the value itself if it is a name (crm-sync), else what is
// known of the caller and the value's beginning (make-3f9a12bc).
func (c *callers) proposedID() string {
	value := c.Value
	if c.Signal == signalHash {
		_, value, _ = strings.Cut(value, ":")
	} else if name := slug(value); name != "" && len(name) <= 64 && route.Template("/"+value) == "/"+value {
		return name
	}
	kind := "unknown"
	if len(c.Platforms) == 1 {
		kind = slug(c.Platforms[0])
	}
	value = strings.ReplaceAll(slug(value), "-", "")
	return strings.TrimSuffix(kind+"-"+value[:min(8, len(value))], "-")
}

// slug returns the ASCII letters and digits of text in lower case, with a dash
// for what is between them.
func slug(text string) string {
	words := strings.FieldsFunc(strings.ToLower(text), func(c rune) bool { return (c < 'a' || c > 'z') && (c < '0' || c > '9') })
	return strings.Join(words, "-")
}

func freeID(id string, taken func(string) bool) string {
	free := id
	for n := 2; taken(free); n++ {
		free = fmt.Sprintf("%s-%d", id, n)
	}
	return free
}

// allowedEndpoints returns entries for allowed_endpoints that allow the calls:
// the endpoints themselves or, if they are many, the beginnings of their paths.
// What is no HTTP endpoint (calls of MCP and gRPC) is left out.
func allowedEndpoints(endpoints []calledRoute) []string {
	allowed := []string{}                             // not nil: [] in JSON
	for segments := 16; segments > 0; segments /= 2 { // of a template, at most
		allowed = allowed[:0]
		for _, e := range endpoints {
			if !strings.HasPrefix(e.Route, "/") {
				continue
			}
			text := e.Method + " " + beginning(e.Route, segments)
			entry := catalog.Connector{AllowedEndpoints: []string{text}}
			if ok, _ := entry.Allows(e.Method, e.Route); ok {
				allowed = append(allowed, text)
			}
		}
		slices.SortFunc(allowed, func(a, b string) int {
			methodA, pathA, _ := strings.Cut(a, " ")
			methodB, pathB, _ := strings.Cut(b, " ")
			return cmp.Or(cmp.Compare(pathA, pathB), cmp.Compare(methodA, methodB))
		})
		if allowed = slices.Compact(allowed); len(allowed) <= maxAllowedEndpoints {
			break
		}
	}
	return allowed[:min(len(allowed), maxAllowedEndpoints)]
}

// beginning returns the first segments of a path, with a * for the rest.
func beginning(path string, segments int) string {
	at := 0 // of a slash
	for range segments {
		next := strings.IndexByte(path[at+1:], '/')
		if next < 0 {
			return path
		}
		at += 1 + next
	}
	return path[:at] + "/*"
}
