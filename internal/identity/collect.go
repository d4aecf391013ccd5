package identity

import (
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/weir-otel/weir/internal/lowcode"
)

const (
	headerPrefix  = "http.request.header."
	authorization = "authorization"
)

// Collect reads the attributes of one record into s. own says that lowcode.*
// attributes were set within this collector or by another Weir, and count.
func (r *Resolver) Collect(attributes pcommon.Map, own bool, s *Signals) {
	s.reset(attributes)
	for key, value := range attributes.All() {
		switch key[:min(len(key), 4)] {
		case "http":
			if strings.HasPrefix(key, headerPrefix) {
				r.collectHeader(key, value, s)
			} else {
				collectHTTP(key, value, s)
			}
		case "jwt.", "envo":
			r.collectClaim(key, value, s)
		case "lowc":
			collectOwn(key, value, own, s)
		case "gen_", "mcp.":
			collectAgent(key, value, s)
		default:
			collectOther(key, value, s)
		}
	}
	s.settleSpelling()
	for _, h := range [...]*header{&s.workflow, &s.runID, &s.step} {
		if len(h.value) > maxWorkflow {
			*h = header{}
		}
	}
}

// maxWorkflow is how long an id or a name of a workflow may be, in bytes. Anybody
// sends them, and they are stored with every call.
const maxWorkflow = 256

func collectHTTP(key string, value pcommon.Value, s *Signals) {
	switch key {
	case "http.request.method":
		s.HasMethod = true
		s.method.offer(value.Str(), "", 2)
	case "http.method":
		s.HasMethod = true
		s.method.offer(value.Str(), "", 1)
	case "http.route":
		s.route.offer(value.Str(), "", 2)
	case "http.target":
		s.path.offer(value.Str(), "", 2)
	case "http.url":
		s.path.offer(value.Str(), "", 1)
	case "http.host":
		s.host.offer(value.Str(), "", 1)
	case "http.user_agent":
		s.userAgent.offer(value.Str(), "user_agent=http.user_agent", 3)
	case "http.client_ip":
		s.address.offer(value.Str(), "source_ip=http.client_ip", 3)
	}
}

func collectOther(key string, value pcommon.Value, s *Signals) {
	switch key {
	case "url.path":
		s.path.offer(value.Str(), "", 4)
	case "url.full":
		s.path.offer(value.Str(), "", 3)
	case "url.template":
		s.route.offer(value.Str(), "", 1)
	case "server.address":
		s.host.offer(value.Str(), "", 3)
	case "net.host.name":
		s.host.offer(value.Str(), "", 2)
	case "user_agent.original":
		s.userAgent.offer(value.Str(), "user_agent=user_agent.original", 4)
	case "client.address":
		s.address.offer(value.Str(), "source_ip=client.address", 4)
	case "net.sock.peer.addr":
		s.address.offer(value.Str(), "source_ip=net.sock.peer.addr", 2)
	case "net.peer.ip":
		s.address.offer(value.Str(), "source_ip=net.peer.ip", 1)
	case "tls.client.subject":
		s.certificate = signal{value.Str(), "mtls=tls.client.subject"}
	case "user.id":
		s.user.offer(value.Str(), "", 2)
	case "enduser.id":
		s.user.offer(value.Str(), "", 1)
	case "sdk.version":
		s.sdk = true
	case "rpc.method":
		s.HasMethod = true
	}
}

// collectAgent reads what AI agents and MCP clients say of themselves.
func collectAgent(key string, value pcommon.Value, s *Signals) {
	switch key {
	case "gen_ai.agent.id":
		s.agents[agentID] = signal{value.Str(), "agent=gen_ai.agent.id"}
	case "gen_ai.agent.name":
		s.agents[agentName] = signal{value.Str(), "agent=gen_ai.agent.name"}
	case "mcp.client.name":
		// "claude-ai (via mcp-remote 0.1.37)": the bridge is not the client.
		name, _, _ := strings.Cut(value.Str(), " (via mcp-remote")
		s.agents[agentClient] = signal{name, "agent=mcp.client.name"}
	case "mcp.method.name", "gen_ai.tool.name":
		s.HasMethod = true
	}
}

// collectHeader reads a request header: an array of values, in older
// instrumentation a string, and underscores for dashes in its name.
func (r *Resolver) collectHeader(key string, value pcommon.Value, s *Signals) {
	name := key[len(headerPrefix):]
	rank := spelling(name)
	switch name {
	case "x-consumer-username", "x_consumer_username":
		s.consumers[consumerUsername].read(value, "gateway_consumer=http.request.header.x-consumer-username", rank)
	case "x-consumer-custom-id", "x_consumer_custom_id":
		s.consumers[consumerCustomID].read(value, "gateway_consumer=http.request.header.x-consumer-custom-id", rank)
	case "x-consumer-id", "x_consumer_id":
		s.consumers[consumerID].read(value, "gateway_consumer=http.request.header.x-consumer-id", rank)
	case "x-credential-identifier", "x_credential_identifier":
		s.credential.read(value, "credential=http.request.header.x-credential-identifier", rank)
	case "x-anonymous-consumer", "x_anonymous_consumer":
		s.anonymous.read(value, "", rank)
	case "x-forwarded-client-cert", "x_forwarded_client_cert":
		s.forwarded.offer(joined(value), false, "mtls=http.request.header.x-forwarded-client-cert", rank)
	case "x-ms-workflow-id", "x_ms_workflow_id":
		s.workflow.read(value, "header=http.request.header.x-ms-workflow-id", rank)
	case "x-ms-workflow-run-id", "x_ms_workflow_run_id":
		s.runID.read(value, "", rank)
	case "x-ms-workflow-operation-name", "x_ms_workflow_operation_name":
		s.step.read(value, "", rank)
	case "user-agent", "user_agent":
		text, _ := single(value)
		s.userAgent.offer(text, "user_agent=http.request.header.user-agent", rank)
	case "x-sdk", "x_sdk":
		s.sdk = true
	}
	s.addListed(&s.headers, r.headers, key, value)
	s.addListed(&s.credentials, r.credentials, key, value)
	if entry, isPayload := r.payloads[key]; isPayload {
		s.payload.read(value, entry.evidence, rank)
	}
}

// addListed notes a header if something is looked up by it.
func (s *Signals) addListed(list *namedList, known map[string]listed, key string, value pcommon.Value) {
	entry, isListed := known[key]
	if !isListed {
		return
	}
	text, repeated := single(value)
	s.repeated = s.repeated || repeated
	if text != "" {
		list.add(named{entry.name, signal{text, entry.evidence}})
	}
}

// collectOwn reads what a decoder of this collector, or another Weir, already found.
func collectOwn(key string, value pcommon.Value, own bool, s *Signals) {
	if !strings.HasPrefix(key, lowcode.Prefix) {
		return
	}
	s.HasLowcode = true
	if !own {
		return
	}
	switch key {
	case lowcode.KeyIdentityStatus:
		s.Identified = true
	case lowcode.KeyCredentialID:
		s.credential.offer(value.Str(), false, "credential=lowcode.credential.id", rankOwn)
	case lowcode.KeyCredentialHash:
		s.hash = value.Str()
	case lowcode.KeyCredentialType:
		s.credentialType = value.Str()
	case lowcode.KeyTokenClientID: // of an identity provider's event
		s.client.offer(value.Str(), "jwt_claim=lowcode.token.client.id", rankEvent)
	case lowcode.KeyTokenIssuer:
		s.eventIssuer = value.Str()
	case lowcode.KeyWorkflowID:
		s.workflow.offer(value.Str(), false, "header=lowcode.workflow.id", rankOwn)
	case lowcode.KeyRequestCost:
		s.hasCost = true
	}
}
