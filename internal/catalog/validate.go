package catalog

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // time zones are the same on every machine, also where none are installed

	"go.yaml.in/yaml/v3"
)

var (
	idForm       = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._:@/-]{0,127}$`)
	platformForm = regexp.MustCompile(`^[a-z][a-z0-9_]{0,63}$`)
	headerForm   = regexp.MustCompile("^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}$")
	lifecycles   = []string{"draft", "listed", "deprecated", "retired"}
)

// validator checks what the shape of the file cannot: values, references, and
// that every match key belongs to one connector. It builds the index on the way.
type validator struct {
	catalog   *Catalog
	file      string
	root      *yaml.Node
	problems  Problems
	index     *Index
	locations map[string]*time.Location
	zones     map[string]*time.Location
}

func (v *validator) check() {
	v.index = newIndex(len(v.catalog.Connectors))
	v.locations = make(map[string]*time.Location, len(v.catalog.Connectors))
	v.zones = map[string]*time.Location{}
	if v.catalog.Version != Version {
		v.report(fmt.Sprintf("%d, expected %d", v.catalog.Version, Version), "write version: 1 as the first line", "version")
	}
	tenants := v.checkTenants()
	seen := make(map[string]int, len(v.catalog.Connectors))
	for i := range v.catalog.Connectors {
		c := &v.catalog.Connectors[i]
		if first, repeated := seen[c.ID]; repeated && c.ID != "" {
			v.report(fmt.Sprintf("%q, already the id of connectors[%d] on line %d", c.ID, first, v.line("connectors", first, "id")),
				"give each connector an id of its own", "connectors", i, "id")
		}
		seen[c.ID] = i
		v.checkConnector(i, c, tenants)
		v.indexConnector(i, c)
	}
	v.index.finish()
}

// checkTenants returns the time zone of each tenant.
func (v *validator) checkTenants() map[string]*time.Location {
	tenants := make(map[string]*time.Location, len(v.catalog.Tenants))
	first := map[string]int{}
	for i, tenant := range v.catalog.Tenants {
		v.checkID(tenant.ID, "tenants", i, "id")
		if j, repeated := first[tenant.ID]; repeated && tenant.ID != "" {
			v.report(fmt.Sprintf("%q, already the id of tenants[%d] on line %d", tenant.ID, j, v.line("tenants", j, "id")),
				"list each tenant once", "tenants", i, "id")
		}
		first[tenant.ID] = i
		tenants[tenant.ID] = v.zone(tenant.TimeZone, "tenants", i)
	}
	return tenants
}

func (v *validator) checkConnector(i int, c *Connector, tenants map[string]*time.Location) {
	v.checkID(c.ID, "connectors", i, "id")
	location, known := tenants[c.Tenant]
	if c.Tenant != "" && !known {
		v.report(fmt.Sprintf("%q, expected the id of one of the %d tenants", clip(c.Tenant), len(tenants)), "add it under tenants", "connectors", i, "tenant")
	}
	if c.Platform != "" && !platformForm.MatchString(c.Platform) {
		v.report(fmt.Sprintf("%q, expected lower_snake_case such as power_automate", clip(c.Platform)), "use custom for a platform of your own", "connectors", i, "platform")
	}
	if c.Lifecycle != "" && !slices.Contains(lifecycles, c.Lifecycle) {
		v.report(fmt.Sprintf("%q, expected one of %s", clip(c.Lifecycle), strings.Join(lifecycles, ", ")), "", "connectors", i, "lifecycle")
	}
	if c.TimeZone != "" {
		location = v.zone(c.TimeZone, "connectors", i)
	}
	if location != nil {
		v.locations[c.ID] = location
	}
	for j, endpoint := range c.AllowedEndpoints {
		if _, err := parseEndpoint(endpoint); err != nil {
			v.report(err.Error(), `write a method and a path, e.g. "GET /contacts/*"`, "connectors", i, "allowed_endpoints", j)
		}
	}
}

func (v *validator) checkID(id string, steps ...any) {
	switch {
	case id == "":
		v.report("missing, expected a short name that never changes", "e.g. id: crm-sync", steps...)
	case !idForm.MatchString(id):
		v.report(fmt.Sprintf("%q, expected up to 128 letters, digits and . _ : @ / -, beginning with a letter or digit", clip(id)), "e.g. id: crm-sync", steps...)
	}
}

// zone loads a time zone once; the empty name gives none.
func (v *validator) zone(name string, steps ...any) *time.Location {
	if name == "" {
		return nil
	}
	if location, loaded := v.zones[name]; loaded {
		return location
	}
	location, err := time.LoadLocation(name)
	if err != nil || name == "Local" {
		v.report(fmt.Sprintf("%q, expected an IANA time zone", clip(name)), "e.g. Europe/Berlin, America/New_York or UTC", append(steps, "time_zone")...)
		return nil
	}
	v.zones[name] = location
	return location
}

// indexConnector checks the match keys of a connector and puts them into the index.
func (v *validator) indexConnector(i int, c *Connector) {
	eachKey(c, func(k key, at place) {
		if message, hint := checkKey(k); message != "" {
			v.report(message, hint, at.steps(i)...)
			return
		}
		if first := v.index.add(k, c); first != nil && first != c {
			j, there := v.firstPlace(k)
			v.report(fmt.Sprintf("%q, already a key of connector %q (%s on line %d), expected a value of one connector only",
				clip(k.value), first.ID, fieldPath(there.steps(j)), v.line(there.steps(j)...)),
				"remove one of the two, or match by something that tells them apart", at.steps(i)...)
		}
	})
}

// firstPlace finds where a key was first given; only errors need it.
func (v *validator) firstPlace(wanted key) (connector int, at place) {
	for i := range v.catalog.Connectors {
		found := false
		eachKey(&v.catalog.Connectors[i], func(k key, there place) {
			if !found && sameKey(k, wanted) {
				found, at = true, there
			}
		})
		if found {
			return i, at
		}
	}
	return 0, place{}
}

// sameKey compares keys; 192.0.2.1 and 192.0.2.1/32 are the same network.
func sameKey(a, b key) bool {
	if a.kind != kindCIDR || b.kind != kindCIDR {
		return a == b
	}
	one, errOne := parsePrefix(a.value)
	other, errOther := parsePrefix(b.value)
	return errOne == nil && errOther == nil && one == other
}

// checkKey returns what is wrong with a match key, if anything.
func checkKey(k key) (message, hint string) {
	switch {
	case k.kind == kindClaim && k.name == "":
		return "missing, expected the name of a claim", "e.g. azp"
	case k.kind != kindUserAgentPrefix && (k.value == "" || strings.TrimSpace(k.value) != k.value):
		return fmt.Sprintf("%q, expected a value without blanks around it", clip(k.value)), "an empty key would match everything"
	case len(k.value) > 1024:
		return fmt.Sprintf("%d bytes long, expected at most 1024", len(k.value)), ""
	case k.kind == kindHeader && !headerForm.MatchString(k.name):
		return fmt.Sprintf("%q, expected the name of a request header", clip(k.name)), "e.g. x-connector-id"
	case k.kind == kindUserAgentPrefix && len(k.value) < minUserAgentPrefix:
		return fmt.Sprintf("%q, expected at least %d characters before the *", k.value+"*", minUserAgentPrefix), "a shorter prefix would match strangers"
	case k.kind == kindCIDR:
		prefix, err := parsePrefix(k.value)
		if err != nil {
			return fmt.Sprintf("%q, expected an address or a network in CIDR form", clip(k.value)), "e.g. 192.0.2.0/24 or 2001:db8::1"
		}
		if prefix.Bits() == 0 {
			return fmt.Sprintf("%q, expected a network smaller than the whole internet", k.value), ""
		}
	}
	return "", ""
}

func parsePrefix(text string) (netip.Prefix, error) {
	if addr, err := netip.ParseAddr(text); err == nil {
		addr = addr.Unmap().WithZone("")
		return netip.PrefixFrom(addr, addr.BitLen()), nil
	}
	prefix, err := netip.ParsePrefix(text)
	return prefix.Masked(), err
}

// report notes a problem at the place the steps lead to.
func (v *validator) report(message, hint string, steps ...any) {
	if len(v.problems) < maxProblems {
		v.problems = append(v.problems, Problem{File: v.file, Line: v.line(steps...), Field: fieldPath(steps), Message: message, Hint: hint})
	}
}

// line returns where the steps lead, or how far they lead where a field is missing.
func (v *validator) line(steps ...any) int {
	node := v.root
	for _, step := range steps {
		for node.Kind == yaml.AliasNode {
			node = node.Alias
		}
		next := child(node, step)
		if next == nil {
			break
		}
		node = next
	}
	return node.Line
}

func child(node *yaml.Node, step any) *yaml.Node {
	switch step := step.(type) {
	case int:
		if node.Kind == yaml.SequenceNode && step < len(node.Content) {
			return node.Content[step]
		}
	case string:
		for i := 0; node.Kind == yaml.MappingNode && i+1 < len(node.Content); i += 2 {
			if node.Content[i].Value == step {
				return node.Content[i+1]
			}
		}
	}
	return nil
}
