package catalog

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// AgentAttributes are the attributes in which AI agents and MCP clients name themselves.
var AgentAttributes = []string{"gen_ai.agent.id", "gen_ai.agent.name", "mcp.client.name"}

var (
	headerForm = regexp.MustCompile("^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}$")
	hashForm   = regexp.MustCompile(`^[A-Za-z0-9]{1,8}:[0-9a-f]{32}$`)
)

const (
	endpointHint = `write a method and a path, e.g. "GET /contacts/*"`
	scopesHint   = "list each scope by itself, e.g. [contacts.read, contacts.write]"
)

func (v *validator) checkConnectors() {
	c := v.catalog
	c.index = newIndex(len(c.Connectors))
	c.connectors = byID(v, "connectors", c.Connectors, func(c *Connector) string { return c.ID }, func(c *Connector) {
		v.checkConnector(c)
		v.indexConnector(c)
	})
}

func (v *validator) checkConnector(c *Connector) {
	v.id(c.ID)
	v.tenant(c.Tenant)
	v.platform(c.Platform, "platform")
	v.oneOf(lifecycles, c.Lifecycle, "lifecycle")
	v.words(c.Tags, "tags", "e.g. crm")
	v.zone(c.TimeZone)
	for i, endpoint := range c.AllowedEndpoints {
		if _, err := parseEndpoint(endpoint); err != nil {
			v.report(item("allowed_endpoints", i), err.Error(), endpointHint)
		}
	}
	for i, claim := range c.Match.JWT {
		if claim.Issuer != "" {
			v.value(claim.Issuer, item("match.jwt", i)+".issuer")
		}
	}
	v.words(c.AllowedScopes, "allowed_scopes", scopesHint)
	v.amount(c.Quota.RequestsPerDay, "quota.requests_per_day")
	v.amount(c.Quota.BytesOutPerDay, "quota.bytes_out_per_day")
	v.amount(c.Budget.PerDay, "budget.per_day")
	v.currency(c.Budget.Currency, "budget.currency", c.Budget.PerDay, "per_day")
	v.oneOf(approvals, c.Approval.Status, "approval.status")
	v.date(c.Approval.At, "approval.at")
	v.date(c.Approval.Expires, "approval.expires")
}

// indexConnector checks the match keys of a connector and puts them into the index.
func (v *validator) indexConnector(c *Connector) {
	eachKey(c, func(k key, at place) {
		if message, hint := checkKey(k); message != "" {
			v.report(at.field(), message, hint)
			return
		}
		first, err := v.catalog.index.add(k, c)
		if err != nil {
			v.report(at.field(), err.Error(), "remove one of the two")
		}
		if first != nil && first != c && !v.isFull() {
			v.report(at.field(), fmt.Sprintf("%q, already a key of connector %q (%s), expected a value of one connector only",
				clip(k.value), first.ID, v.firstPlace(k)), "remove one of the two, or match by something that tells them apart")
		}
	})
}

// firstPlace finds where a key was first given; only errors need it.
func (v *validator) firstPlace(wanted key) string {
	where := ""
	for i := range v.catalog.Connectors {
		eachKey(&v.catalog.Connectors[i], func(k key, there place) {
			if where == "" && sameKey(k, wanted) {
				where = v.where(entry{"connectors", i}, there.field())
			}
		})
		if where != "" {
			break
		}
	}
	return where
}

// sameKey compares keys: 192.0.2.1 and 192.0.2.1/32 are the same network, /a/{b},
// /a/{c} and /a/* the same route.
func sameKey(a, b key) bool {
	switch {
	case a.kind != b.kind || a.name != b.name || a.issuer != b.issuer:
		return false
	case a.kind == kindRoute:
		return routeForm(a.value) == routeForm(b.value)
	case a.kind == kindCIDR:
		one, errOne := parsePrefix(a.value)
		other, errOther := parsePrefix(b.value)
		return errOne == nil && errOther == nil && one == other
	}
	return a.value == b.value
}

// checkKey returns what is wrong with a match key, if anything.
func checkKey(k key) (message, hint string) {
	switch {
	case k.kind == kindClaim && k.name == "":
		return "missing, expected the name of a claim", "e.g. azp"
	case k.kind == kindAgent && !slices.Contains(AgentAttributes, k.name):
		return fmt.Sprintf("%q, expected attribute to be one of %s", clip(k.name), strings.Join(AgentAttributes, ", ")), ""
	case k.kind == kindRoute && k.name == "":
		return fmt.Sprintf("%q, expected METHOD /path", clip(k.value)), endpointHint
	case k.kind == kindRoute && (k.value == "/" || k.value == "/*"):
		return fmt.Sprintf("%q, expected a path that one connector alone calls", k.value), `e.g. "POST /hooks/crm/*"`
	case k.kind == kindUserAgent:
		return checkUserAgent(k.value)
	case k.kind == kindCIDR:
		return checkNetwork(k.value)
	case k.kind == kindCredentialHash && !hashForm.MatchString(k.value):
		return fmt.Sprintf("%d characters, expected the id of a key, a colon and 32 hexadecimal digits", len(k.value)), "print it with weirctl catalog hash; never write the key itself"
	}
	if k.kind == kindHeader && slices.Contains(secretHeaders, k.name) {
		return k.name + " holds a credential, expected a header without one", "match by credential_hashes; never write a credential into the catalog"
	}
	if message, hint := checkValue(k.value); message != "" {
		return message, hint
	}
	if k.kind == kindHeader && !headerForm.MatchString(k.name) {
		return fmt.Sprintf("%q, expected the name of a request header", clip(k.name)), "e.g. x-connector-id"
	}
	return "", ""
}

// secretHeaders are canonical names of headers whose values are credentials.
var secretHeaders = []string{
	"authorization", "proxy-authorization", "cookie", "x-api-key", "apikey", "api-key", "ocp-apim-subscription-key",
}
