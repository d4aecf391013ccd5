package identity

import (
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/weir-otel/weir/internal/lowcode"
)

const (
	headerPrefix = "http.request.header."
	claimPrefix  = "jwt.claims."
)

// Collect reads the attributes of one record into s. own says that lowcode.*
// attributes were set within this collector or by another Weir, and count.
func (r *Resolver) Collect(attributes pcommon.Map, own bool, s *Signals) {
	*s = Signals{}
	for key, value := range attributes.All() {
		switch key[:min(len(key), 4)] {
		case "http":
			if strings.HasPrefix(key, headerPrefix) {
				r.collectHeader(key, value, s)
			} else {
				collectHTTP(key, value, s)
			}
		case "jwt.":
			r.collectClaim(key, value, s)
		case "lowc":
			collectOwn(key, value, own, s)
		default:
			collectOther(key, value, s)
		}
	}
	if s.ownCredential.value != "" {
		s.credential = s.ownCredential
	}
	if s.ownWorkflow.value != "" {
		s.workflow = s.ownWorkflow
	}
}

func collectHTTP(key string, value pcommon.Value, s *Signals) {
	switch key {
	case "http.request.method", "http.method":
		s.HasMethod = true
	case "http.route":
		s.HasRoute = value.Str() != ""
	case "http.target":
		s.setPath(value, 2)
	case "http.url":
		s.setPath(value, 1)
	case "http.user_agent":
		s.setUserAgent(value, "user_agent=http.user_agent")
	case "http.client_ip":
		s.setAddress(value, "source_ip=http.client_ip")
	}
}

func collectOther(key string, value pcommon.Value, s *Signals) {
	switch key {
	case "url.path":
		s.setPath(value, 4)
	case "url.full":
		s.setPath(value, 3)
	case "url.template":
		s.HasRoute = s.HasRoute || value.Str() != ""
	case "user_agent.original":
		s.userAgent = signal{value.Str(), "user_agent=user_agent.original"}
	case "client.address":
		s.address = signal{value.Str(), "source_ip=client.address"}
	case "net.sock.peer.addr", "net.peer.ip":
		s.setAddress(value, "source_ip=net.peer.ip")
	case "user.id", "enduser.id":
		s.hasUser = s.hasUser || value.Str() != ""
	case "sdk.version":
		s.sdk = true
	case "rpc.method", "mcp.method.name", "gen_ai.tool.name":
		s.HasMethod = true
	}
}

// collectHeader reads a request header: an array of values, in older
// instrumentation a string, and underscores for dashes in its name.
func (r *Resolver) collectHeader(key string, value pcommon.Value, s *Signals) {
	switch key[len(headerPrefix):] {
	case "x-consumer-username", "x_consumer_username":
		s.setGateway(&s.consumers[0], value, "gateway_consumer=http.request.header.x-consumer-username")
	case "x-consumer-custom-id", "x_consumer_custom_id":
		s.setGateway(&s.consumers[1], value, "gateway_consumer=http.request.header.x-consumer-custom-id")
	case "x-consumer-id", "x_consumer_id":
		s.setGateway(&s.consumers[2], value, "gateway_consumer=http.request.header.x-consumer-id")
	case "x-credential-identifier", "x_credential_identifier":
		s.setGateway(&s.credential, value, "credential=http.request.header.x-credential-identifier")
	case "x-anonymous-consumer", "x_anonymous_consumer":
		text, _ := single(value)
		s.anonymous = strings.EqualFold(text, "true")
	case "x-ms-workflow-id", "x_ms_workflow_id":
		s.setGateway(&s.workflow, value, "header=http.request.header.x-ms-workflow-id")
	case "x-ms-workflow-run-id", "x_ms_workflow_run_id":
		s.runID, _ = single(value)
	case "user-agent", "user_agent":
		s.setUserAgent(value, "user_agent=http.request.header.user-agent")
	case "x-sdk", "x_sdk":
		s.sdk = true
	}
	if len(r.headers) > 0 {
		s.addListed(&s.headers, r.headers, key, value)
	}
}

func (r *Resolver) collectClaim(key string, value pcommon.Value, s *Signals) {
	if !strings.HasPrefix(key, claimPrefix) {
		return
	}
	switch key[len(claimPrefix):] {
	case "azp":
		s.client = signal{value.Str(), "jwt_claim=jwt.claims.azp"}
		return
	case "client_id":
		s.setClient(value, "jwt_claim=jwt.claims.client_id")
		return
	case "appid":
		s.setClient(value, "jwt_claim=jwt.claims.appid")
		return
	case "cid":
		s.setClient(value, "jwt_claim=jwt.claims.cid")
		return
	case "sub":
		s.subject = value.Str()
	}
	s.addListed(&s.claims, r.claims, key, value)
}

// addListed notes a claim or header if the catalog lists it.
func (s *Signals) addListed(list *namedList, known map[string]listed, key string, value pcommon.Value) {
	entry, isListed := known[key]
	if !isListed {
		return
	}
	found := named{name: entry.name}
	if s.setGateway(&found.signal, value, entry.evidence); found.value != "" {
		list.add(found)
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
		s.ownCredential = signal{value.Str(), "credential=lowcode.credential.id"}
	case lowcode.KeyWorkflowID:
		s.ownWorkflow = signal{value.Str(), "header=lowcode.workflow.id"}
	}
}
