package identity

import "github.com/weir-otel/weir/internal/catalog"

// agentAttributes are the catalog's names of the texts from textAgentID on.
var agentAttributes = [...]string{"gen_ai.agent.id", "gen_ai.agent.name", "mcp.client.name"}

// weakSignals looks at what many connectors may share; it is no unknown key.
func (f *finder) weakSignals() {
	s := f.s
	if s.marks&marksAgent != 0 {
		f.agents()
	}
	if s.texts[textUserAgent].value != "" {
		f.userAgent()
	}
	if f.index.HasRoutes() {
		f.shared(f.index.Route(s.texts[textMethod].value, s.endpoint()), Route, routeWorth, "route=url.path")
	}
	if address := &s.texts[textAddress]; address.value != "" && f.index.HasAddresses() {
		f.shared(f.index.Address(s.addr()), SourceIP, addressWorth, address.from.evidence)
	}
}

func (f *finder) agents() {
	for i, attribute := range agentAttributes {
		if agent := &f.s.texts[textAgentID+uint8(i)]; agent.value != "" {
			f.shared(f.index.Agent(attribute, agent.value), Agent, agentWorth, agent.from.evidence)
		}
	}
}

func (f *finder) userAgent() {
	agent := &f.s.texts[textUserAgent]
	c, exact := f.index.UserAgent(agent.value)
	workflow := catalog.WorkflowOf(agent.value)
	if len(workflow) > maxWorkflow {
		workflow = ""
	}
	if f.d.WorkflowID == "" {
		f.d.WorkflowID = workflow
	}
	if c == nil && workflow != "" {
		c, exact = f.index.Workflow(workflow), true
	}
	worth := prefixWorth
	if exact {
		worth = userAgentWorth
	}
	f.shared(c, UserAgent, worth, agent.from.evidence)
}

// shared notes a weak signal if it names a connector.
func (f *finder) shared(c *catalog.Connector, method Method, w worth, evidence string) {
	if c != nil {
		f.found(&f.weak, c, method, w, evidence)
	}
}
