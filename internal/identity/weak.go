package identity

import "github.com/weir-otel/weir/internal/catalog"

// weakSignals looks at what many connectors may share; it is no unknown key.
func (f *finder) weakSignals() {
	s := f.s
	for i, attribute := range [agentNames]string{agentID: "gen_ai.agent.id", agentName: "gen_ai.agent.name", agentClient: "mcp.client.name"} {
		if agent := &s.agents[i]; agent.value != "" {
			f.shared(f.index.Agent(attribute, agent.value), Agent, agentWorth, agent.evidence)
		}
	}
	if s.userAgent.value != "" {
		f.userAgent()
	}
	if f.index.HasRoutes() {
		f.shared(f.index.Route(s.method.value, s.endpoint()), Route, routeWorth, "route=url.path")
	}
	if s.address.value != "" && f.index.HasAddresses() {
		f.shared(f.index.Address(s.addr()), SourceIP, addressWorth, s.address.evidence)
	}
}

func (f *finder) userAgent() {
	agent := f.s.userAgent
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
	f.shared(c, UserAgent, worth, agent.evidence)
}

// shared notes a weak signal if it names a connector.
func (f *finder) shared(c *catalog.Connector, method Method, w worth, evidence string) {
	if c != nil {
		f.found(&f.weak, c, method, w, evidence)
	}
}
