package catalog

import (
	"net/netip"
	"strings"
)

// marker recognises a platform by how its user agent begins or what it holds.
type marker struct {
	prefix, contains string
	platform         string
}

// markers are tried in order, so the more telling ones come first. Each was
// seen in the platform's own requests or documentation. Generic HTTP clients
// (axios, python-requests) are left out: they belong to everybody.
var markers = [...]marker{
	{contains: "microsoft-flow/", platform: "power_automate"},
	{prefix: "azure-logic-apps/", platform: "logic_apps"},
	{prefix: "PowerApps/", platform: "power_apps"},
	{prefix: "Make/", platform: "make"},
	{prefix: "Integromat/", platform: "make"},
	{prefix: "Retool/", platform: "retool"},
	{contains: "Google-Apps-Script", platform: "google_apps_script"},
	{prefix: "PostmanRuntime/", platform: "postman"},
	{prefix: "openai-mcp/", platform: "openai_mcp"},
	{contains: "ChatGPT-User/", platform: "chatgpt"},
	{prefix: "Claude-User", platform: "claude"},
	{prefix: "grok-", platform: "grok"},
	{prefix: "SFDC-Callout/", platform: "salesforce"},
	{contains: "; n8n/", platform: "n8n"},
}

// platformIndex holds the marks of the catalog's own platforms.
type platformIndex struct {
	userAgents agentTable[Platform]
	networks   networkTable[Platform]
}

// PlatformOf returns the id of the low-code platform a user agent names, or "":
// the catalog's platforms come first, then those that Weir knows. A user agent
// is a claim anybody can make: it names a platform, never a connector.
func (c *Catalog) PlatformOf(userAgent string) string {
	if c != nil && userAgent != "" {
		if own, _ := c.platforms.userAgents.find(userAgent); own != nil {
			return own.ID
		}
	}
	return PlatformOf(userAgent)
}

// PlatformAt returns the id of the catalog's platform whose calls come from
// addr, or "".
func (c *Catalog) PlatformAt(addr netip.Addr) string {
	if c == nil {
		return ""
	}
	if own := c.platforms.networks.find(addr); own != nil {
		return own.ID
	}
	return ""
}

// PlatformOf returns the platform a user agent names, of those that Weir knows, or "".
func PlatformOf(userAgent string) string {
	switch userAgent {
	case "":
		return ""
	case "Zapier":
		return "zapier"
	case "n8n":
		return "n8n"
	}
	if rest, found := strings.CutPrefix(userAgent, "claude-code/"); found {
		return claudeSurface(rest)
	}
	for i := range markers {
		m := &markers[i]
		if m.prefix != "" && strings.HasPrefix(userAgent, m.prefix) || m.contains != "" && strings.Contains(userAgent, m.contains) {
			return m.platform
		}
	}
	return ""
}

// claudeSurface reads "2.1.0 (claude-desktop, agent-sdk/0.3)": the first word
// in the parentheses says which product embeds the client.
func claudeSurface(rest string) string {
	_, surface, _ := strings.Cut(rest, "(")
	switch {
	case strings.HasPrefix(surface, "claude-desktop"):
		return "claude_desktop"
	case strings.HasPrefix(surface, "sdk-"):
		return "claude_agent_sdk"
	}
	return "claude_code"
}

// WorkflowOf returns the workflow id in the user agent of Logic Apps and Power
// Automate, or "":
//
//	azure-logic-apps/1.0 (workflow 0f3a…; version 0858…) microsoft-flow/1.0
func WorkflowOf(userAgent string) string {
	if !strings.HasPrefix(userAgent, "azure-logic-apps/") {
		return ""
	}
	_, rest, found := strings.Cut(userAgent, "(workflow ")
	if !found {
		return ""
	}
	id, _, found := strings.Cut(rest, ";")
	if !found || strings.ContainsAny(id, " ()") {
		return ""
	}
	return id
}
