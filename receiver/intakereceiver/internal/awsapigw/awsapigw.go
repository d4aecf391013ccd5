// Package awsapigw turns the JSON access log of Amazon API Gateway into spans.
// The keys of such a log are the operator's; the values are those of $context,
// nearly always as texts, and "-" where there is none. Known are the names that
// AWS's own examples use, and the variables' own as nested objects; others are
// given by attribute.
//
// Everything that API Gateway logs of the caller it has checked: the API key, the
// IAM identity, the client certificate and what the authorizer said.
//
// See https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html
package awsapigw

import (
	"strings"
	"time"

	"github.com/weir-otel/weir/internal/lowcode"
	"github.com/weir-otel/weir/receiver/intakereceiver/internal/accesslog"
	"github.com/weir-otel/weir/receiver/intakereceiver/internal/jsonbody"
)

var keys = accesslog.Keys{
	"http.request.method":       {"httpMethod", "requestMethod", "method"},
	"http.response.status_code": {"status", "statusCode"},
	"url.path":                  {"path"},
	"server.address":            {"domainName"},
	"client.address":            {"ip", "sourceIp", "identity.sourceIp"},
	"user_agent.original":       {"userAgent", "identity.userAgent"},
	"http.response.body.size":   {"responseLength"},
	accesslog.StartTime:         {"requestTimeEpoch", "requestTime"},
	accesslog.Duration:          {"responseLatency"},
	accesslog.TraceID:           {"xrayTraceId"},
	accesslog.Claims:            {"claims", "authorizer.claims", "authorizer.jwt.claims"},
	// Clients may choose the requestId, but not the extended one.
	lowcode.KeyRequestID: {"extendedRequestId", "requestId"},

	lowcode.KeyCredentialID: {"apiKeyId", "identity.apiKeyId", "userArn", "identity.userArn", "caller", "identity.caller"},
	"tls.client.subject":    {"clientCertSubjectDN", "clientCert.subjectDN", "identity.clientCert.subjectDN"},
	"jwt.claims.sub":        {"sub"},
	"jwt.claims.iss":        {"iss"},
	"jwt.claims.aud":        {"aud"},
	"jwt.claims.azp":        {"azp"},
	"jwt.claims.client_id":  {"clientId", "client_id"},
	"jwt.claims.scope":      {"scope"},
	"jwt.claims.jti":        {"jti"},

	"aws.request_id":               {"requestId"},
	"aws.extended_request_id":      {"extendedRequestId"},
	"aws.api_gateway.api_id":       {"apiId"},
	"aws.api_gateway.stage":        {"stage"},
	"aws.api_gateway.principal_id": {"principalId", "authorizer.principalId"},
}

// Format reads API Gateway's JSON lines, also in the envelope of Amazon Data
// Firehose. own says in which keys of the log attributes are, besides the known
// ones.
func Format(own map[string]string) *accesslog.Format {
	reader := accesslog.NewReader(keys.With(own), time.Millisecond, "")
	return &accesslog.Format{
		Name:     "aws_apigw",
		Expected: "one line of API Gateway's JSON access log, or Firehose's envelope of some",
		Unwrap:   unwrap,
		Read:     func(e *accesslog.Entry) *jsonbody.Refusal { return read(e, reader) },
	}
}

func read(e *accesslog.Entry, reader *accesslog.Reader) *jsonbody.Refusal {
	if refusal := reader.Read(e); refusal != nil {
		return refusal
	}
	e.PutRoute(route(e))
	return nil
}

// route is the resource of a REST API, or what comes after the method in the
// route of an HTTP API. One that takes any path says nothing of the endpoint.
func route(e *accesslog.Entry) string {
	_, routeKey, _ := strings.Cut(e.Text("routeKey"), " ")
	route := e.Text("resourcePath")
	if route == "" {
		route = routeKey
	}
	if strings.Contains(route, "+}") {
		return ""
	}
	return route
}
