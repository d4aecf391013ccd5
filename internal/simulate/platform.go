package simulate

import (
	"fmt"

	"github.com/weir-otel/weir/internal/simulate/draw"
)

// platform is a low-code product and how its calls look at a gateway.
type platform struct {
	name      string // lowcode.platform.name
	weight    float64
	signal    signal
	agent     bool // AI agents run on these, other kinds on the rest
	userAgent func(id string) string
	peers     string // prefix of the (documentation) addresses it calls from
}

// signal is what identifies the connectors of a platform.
type signal int

const (
	byConsumer  signal = iota // the gateway's consumer headers
	byWorkflow                // x-ms-workflow-id
	byClaim                   // JWT claim azp
	byUserAgent               // a user agent that is unique to the script
)

var platforms = []platform{
	{name: "power_automate", weight: 26, signal: byWorkflow, peers: "203.0.113.", userAgent: func(id string) string {
		return fmt.Sprintf("azure-logic-apps/1.0 (workflow %s; version 0858%s) microsoft-flow/1.0", id, id[:16])
	}},
	{name: "zapier", weight: 22, peers: "198.51.100.", userAgent: fixed("Zapier")},
	{name: "make", weight: 16, peers: "192.0.2.", userAgent: fixed("Make/production")},
	{name: "n8n", weight: 12, peers: "192.0.2.", userAgent: fixed("n8n")},
	{name: "retool", weight: 9, peers: "198.51.100.", userAgent: fixed("Retool/2.0 (+https://docs.tryretool.com/docs/apis)")},
	{name: "workato", weight: 9, peers: "203.0.113.", userAgent: fixed("")}, // no marker is known
	{name: "google_apps_script", weight: 6, signal: byUserAgent, peers: "203.0.113.", userAgent: func(id string) string {
		return "Mozilla/5.0 (compatible; Google-Apps-Script; beanserver; +https://script.google.com; id: UAEmdDd" + id[:20] + ")"
	}},
	{name: "openai_mcp", weight: 6, signal: byClaim, agent: true, peers: "198.51.100.", userAgent: fixed("openai-mcp/1.0.0 (+https://openai.com/bot)")},
	{name: "claude_code", weight: 4, signal: byClaim, agent: true, peers: "192.0.2.", userAgent: fixed("claude-code/2.0.14 (sdk-ts)")},
}

func fixed(s string) func(string) string { return func(string) string { return s } }

// choosePlatform takes one that suits the kind.
func choosePlatform(r draw.Source, kind Kind) platform {
	weights := make([]float64, len(platforms))
	for i, p := range platforms {
		if p.agent == (kind == KindAgent) {
			weights[i] = p.weight
		}
	}
	return platforms[r.Weighted(weights)]
}
