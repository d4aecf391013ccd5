package main

import (
	"fmt"
	"io"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/weir-otel/weir/cmd/weirctl/internal/cli"
	"github.com/weir-otel/weir/internal/catalog"
)

// printDiscoveryYAML prints a catalog of the proposals. What cannot be an entry
// of its own stands in comments behind it: what to add to connectors and APIs
// that the catalog has, and calls that nothing names.
func printDiscoveryYAML(out io.Writer, found *discovery) error {
	root := &yaml.Node{Kind: yaml.MappingNode}
	appendField(root, "version", nodeOf(catalog.Version))
	if entries := connectorEntries(found.Connectors); len(entries.Content) > 0 {
		appendField(root, "connectors", entries)
	}
	if entries := apiEntries(found.Endpoints); len(entries.Content) > 0 {
		appendField(root, "apis", entries)
	}
	head := notes{}
	head.addf("Proposed by weirctl catalog discover from calls of %s to %s UTC.", found.Since.Format(discoverTime), found.Until.Format(discoverTime))
	head.addf("Delete what nobody knows; give the rest a name, an owner and a purpose.")
	parts := []string{head.comment() + encodeYAML(root)}
	for i := range found.Connectors {
		if c := &found.Connectors[i]; c.Registered {
			parts = append(parts, c.addition())
		}
	}
	parts = append(parts, apiAdditions(found.Endpoints)...)
	for i := range found.Unnamed {
		parts = append(parts, found.Unnamed[i].remark())
	}
	_, err := io.WriteString(out, strings.Join(parts, "\n"))
	return err
}

// connectorEntries returns the entries for callers that no connector is known for.
func connectorEntries(all []callers) *yaml.Node {
	entries := &yaml.Node{Kind: yaml.SequenceNode}
	for i := range all {
		if c := &all[i]; !c.Registered {
			entry := nodeOf(c.connector())
			entry.HeadComment = strings.Join(c.facts(), "\n")
			entries.Content = append(entries.Content, entry)
		}
	}
	return entries
}

// addition says what to add to the connector that the calls claim to be.
func (c *callers) addition() string {
	var n notes
	n.addf("Calls that claim to be connector %s. If they are its own, add to it:", c.ID)
	entry := &yaml.Node{Kind: yaml.MappingNode}
	appendField(entry, "match", nodeOf(c.match()))
	n.block(encodeYAML(entry))
	n = append(n, c.facts()...)
	return n.comment()
}

// remark says what is known of calls that cannot be registered.
func (c *callers) remark() string {
	remedy := "the catalog takes no such value"
	switch c.Signal {
	case signalPlatform:
		remedy = "let the gateway log who was authenticated, or each flow send a header of its own"
	case signalService:
		remedy = "require a credential, or let the gateway log it"
	}
	var n notes
	n.addf("Nothing to register calls by, %s %s: %s.", c.Signal, c.Value, remedy)
	return append(n, c.facts()...).comment()
}

// facts says what is known of the calls, for a person to judge.
func (c *callers) facts() notes {
	var n notes
	n.addf("calls: %d, through a trusted peer: %d, endpoints: %d, first seen: %s, last seen: %s",
		c.Calls, c.Trusted, c.EndpointCount, c.FirstSeen.Format(discoverTime), c.LastSeen.Format(discoverTime))
	n.list("tenant", c.Tenants)
	n.list("platform", c.Platforms)
	n.list("reported by", c.Services)
	n.list("token issuer", c.TokenIssuers)
	n.list("claims to be", c.Claimed)
	n.list("unattributed because", c.Reasons)
	endpoints := make([]string, len(c.Endpoints))
	for i, e := range c.Endpoints {
		endpoints[i] = fmt.Sprintf("%s (%d)", strings.TrimSpace(e.Method+" "+e.Route), e.Calls)
	}
	n.list("called most", endpoints)
	return n
}

// apiEntries returns an entry for each service with learned endpoints that the
// catalog has no API for.
func apiEntries(endpoints []learnedEndpoint) *yaml.Node {
	entries := &yaml.Node{Kind: yaml.SequenceNode}
	taken := map[string]bool{}
	for _, group := range byAPI(endpoints) {
		if group[0].API != "" {
			continue
		}
		id := freeID(slug(group[0].Service), func(id string) bool { return id == "" || taken[id] })
		taken[id] = true
		api := catalog.API{ID: id, Services: []string{group[0].Service}}
		entry := nodeOf(api)
		operations := &yaml.Node{Kind: yaml.SequenceNode}
		for _, e := range group {
			api.Operations = []catalog.OperationRule{e.rule()}
			if accepts(catalog.Catalog{APIs: []catalog.API{api}}) {
				operations.Content = append(operations.Content, e.node())
			}
		}
		if len(operations.Content) > 0 {
			appendField(entry, "operations", operations)
			entries.Content = append(entries.Content, entry)
		}
	}
	return entries
}

// apiAdditions says what to add to the APIs that the catalog has.
func apiAdditions(endpoints []learnedEndpoint) []string {
	var additions []string
	for _, group := range byAPI(endpoints) {
		if group[0].API == "" {
			continue
		}
		operations := &yaml.Node{Kind: yaml.SequenceNode}
		for _, e := range group {
			operations.Content = append(operations.Content, e.node())
		}
		var n notes
		n.addf("Add to the operations of API %s, without its base path:", group[0].API)
		n.block(encodeYAML(operations))
		additions = append(additions, n.comment())
	}
	return additions
}

// byAPI splits endpoints, which are sorted, by service and API.
func byAPI(endpoints []learnedEndpoint) [][]learnedEndpoint {
	var groups [][]learnedEndpoint
	for i, e := range endpoints {
		if i == 0 || e.Service != endpoints[i-1].Service || e.API != endpoints[i-1].API {
			groups = append(groups, nil)
		}
		groups[len(groups)-1] = append(groups[len(groups)-1], e)
	}
	return groups
}

func (e *learnedEndpoint) rule() catalog.OperationRule {
	return catalog.OperationRule{Endpoint: e.Method + " " + e.Route}
}

func (e *learnedEndpoint) node() *yaml.Node {
	var n notes
	n.addf("%d calls of %d routes: %s", e.Calls, e.Routes, strings.Join(e.Examples, ", "))
	node := nodeOf(e.rule())
	node.HeadComment = n[0]
	return node
}

// accepts reports whether `catalog check` accepts a catalog.
func accepts(c catalog.Catalog) bool {
	c.Version = catalog.Version
	_, err := catalog.Parse("proposed.yaml", []byte(encodeYAML(nodeOf(c))))
	return err == nil
}

// notes are lines of comments. Whoever sent the telemetry wrote what is in them,
// so control characters are shown as escapes.
type notes []string

func (n *notes) addf(format string, args ...any) {
	*n = append(*n, cli.Plain(fmt.Sprintf(format, args...)))
}

// list adds the first of values, if there are any.
func (n *notes) list(name string, values []string) {
	const most = 5
	switch {
	case len(values) > most:
		n.addf("%s: %s and %d more", name, strings.Join(values[:most], ", "), len(values)-most)
	case len(values) > 0:
		n.addf("%s: %s", name, strings.Join(values, ", "))
	}
}

// block adds lines of YAML, indented.
func (n *notes) block(text string) {
	for line := range strings.SplitSeq(strings.TrimSuffix(text, "\n"), "\n") {
		n.addf("  %s", line)
	}
}

// comment returns the lines as a comment of YAML.
func (n notes) comment() string { return "# " + strings.Join(n, "\n# ") + "\n" }

func appendField(mapping *yaml.Node, key string, value *yaml.Node) {
	mapping.Content = append(mapping.Content, nodeOf(key), value)
}

// nodeOf encodes a value of the catalog's model.
func nodeOf(value any) *yaml.Node {
	var node yaml.Node
	if err := node.Encode(value); err != nil {
		panic(err) // the model has no values that cannot be encoded
	}
	return &node
}

func encodeYAML(node *yaml.Node) string {
	var b strings.Builder
	encoder := yaml.NewEncoder(&b)
	encoder.SetIndent(2)
	if err := encoder.Encode(node); err != nil {
		panic(err) // as in nodeOf
	}
	return b.String()
}
