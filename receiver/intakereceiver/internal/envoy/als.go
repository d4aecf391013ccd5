package envoy

import (
	"encoding/json"
	"net"
	"strconv"
	"strings"
	"time"

	corev3 "github.com/envoyproxy/go-control-plane/envoy/config/core/v3"
	alsv3 "github.com/envoyproxy/go-control-plane/envoy/data/accesslog/v3"
	"google.golang.org/protobuf/types/known/structpb"
)

// jwtFilter is whose metadata holds the claims of tokens that Envoy checked.
const jwtFilter = "envoy.filters.http.jwt_authn"

// Line writes an entry of Envoy's gRPC access log service as a line of its JSON
// log, for Format to read; ok is false for an entry of a request that has not
// ended: its last one follows.
//
// Custom tags become keys of the line, as operators choose the keys of a JSON
// log. Headers of the request that Envoy was told to send keep their names, in
// which gateways' own are known and dropped.
//
// See https://www.envoyproxy.io/docs/envoy/latest/api-v3/data/accesslog/v3/accesslog.proto
func Line(entry *alsv3.HTTPAccessLogEntry) (line []byte, ok bool) {
	common, request, response := entry.GetCommonProperties(), entry.GetRequest(), entry.GetResponse()
	if kind := common.GetAccessLogType(); kind != alsv3.AccessLogType_NotSet && kind != alsv3.AccessLogType_DownstreamEnd {
		return nil, false
	}
	record := map[string]any{}
	for key, value := range common.GetCustomTags() {
		record[key] = value
	}
	for key, value := range request.GetRequestHeaders() {
		// No other: a client could send one that has the name of a key of Envoy's.
		if key == "traceparent" || strings.HasPrefix(key, "x-") {
			record[key] = value
		}
	}
	put := func(key, value string) {
		delete(record, key) // a tag or a header of that name says something else
		if value != "" {
			record[key] = value
		}
	}
	put("method", request.GetRequestMethod().String())
	put("scheme", request.GetScheme())
	put("authority", request.GetAuthority())
	put("x-envoy-origin-path", request.GetOriginalPath())
	put("path", request.GetPath())
	put("user-agent", request.GetUserAgent())
	put("x-forwarded-for", request.GetForwardedFor())
	put("x-request-id", request.GetRequestId())
	put("response_code", strconv.FormatUint(uint64(response.GetResponseCode().GetValue()), 10))
	put("response_code_details", response.GetResponseCodeDetails())
	put("bytes_received", strconv.FormatUint(request.GetRequestBodyBytes(), 10))
	put("bytes_sent", strconv.FormatUint(response.GetResponseBodyBytes(), 10))
	put("downstream_remote_address", address(common.GetDownstreamRemoteAddress()))
	put("upstream_cluster", common.GetUpstreamCluster())
	put("route_name", common.GetRouteName())
	if start := common.GetStartTime(); start != nil {
		put("start_time", start.AsTime().Format(time.RFC3339Nano))
	}
	if duration := common.GetDuration(); duration != nil {
		put("duration", strconv.FormatFloat(duration.AsDuration().Seconds()*1000, 'f', -1, 64))
	}
	put("downstream_peer_uri_san", "")
	put("downstream_peer_dns_san", "")
	put("downstream_peer_subject", certificate(common.GetTlsProperties()))
	put("jwt_payload", "")
	if claims := tokenClaims(common.GetMetadata()); claims != nil {
		record["jwt_payload"] = claims
	}
	line, err := json.Marshal(record)
	return line, err == nil
}

// certificate names the client's certificate: its SAN, or else its subject.
func certificate(tls *alsv3.TLSProperties) string {
	properties := tls.GetPeerCertificateProperties()
	for _, san := range properties.GetSubjectAltName() {
		if uri := san.GetUri(); uri != "" {
			return uri
		}
	}
	for _, san := range properties.GetSubjectAltName() {
		if dns := san.GetDns(); dns != "" {
			return dns
		}
	}
	return properties.GetSubject()
}

// tokenClaims is the payload that jwt_authn puts under a name of the operator's.
func tokenClaims(metadata *corev3.Metadata) map[string]any {
	for _, value := range metadata.GetFilterMetadata()[jwtFilter].GetFields() {
		payload, isStruct := value.GetKind().(*structpb.Value_StructValue)
		if isStruct && payload.StructValue.GetFields()["iss"] != nil {
			return payload.StructValue.AsMap()
		}
	}
	return nil
}

func address(a *corev3.Address) string {
	socket := a.GetSocketAddress()
	if socket == nil {
		return ""
	}
	return net.JoinHostPort(socket.GetAddress(), strconv.FormatUint(uint64(socket.GetPortValue()), 10))
}
