package intakereceiver

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	alsdata "github.com/envoyproxy/go-control-plane/envoy/data/accesslog/v3"
	alsv3 "github.com/envoyproxy/go-control-plane/envoy/service/accesslog/v3"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/receiver/receivertest"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/encoding/protojson"

	"github.com/weir-otel/weir/internal/identity"
	"github.com/weir-otel/weir/internal/provenance"
	"github.com/weir-otel/weir/receiver/intakereceiver/internal/metadata"
)

// streamTo opens a stream as Envoy does, to a receiver in front of next.
func streamTo(t *testing.T, next consumer.Traces) alsv3.AccessLogService_StreamAccessLogsClient {
	t.Helper()
	cfg := createDefaultConfig().(*Config)
	require.NoError(t, confmap.NewFromStringMap(map[string]any{
		"endpoint": "127.0.0.1:0", "envoy": map[string]any{"grpc": map[string]any{"endpoint": "127.0.0.1:0"}},
	}).Unmarshal(cfg))
	require.NoError(t, cfg.Validate())
	r, err := NewFactory().CreateTraces(t.Context(), receivertest.NewNopSettings(metadata.Type), cfg, next)
	require.NoError(t, err)
	require.NoError(t, r.Start(t.Context(), componenttest.NewNopHost()))
	conn, err := grpc.NewClient(r.(*intake).grpcAddress.String(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(t, err)
	t.Cleanup(func() {
		require.NoError(t, conn.Close())
		require.NoError(t, r.Shutdown(context.Background()))
	})
	stream, err := alsv3.NewAccessLogServiceClient(conn).StreamAccessLogs(t.Context())
	require.NoError(t, err)
	return stream
}

func sampleMessage(t *testing.T) *alsv3.StreamAccessLogsMessage {
	t.Helper()
	message := &alsv3.StreamAccessLogsMessage{}
	require.NoError(t, protojson.Unmarshal(read(t, "testdata/envoy_als_message.json"), message))
	return message
}

func TestEnvoysGRPCAccessLogBecomesSpansWithTheirCaller(t *testing.T) {
	sink := &consumertest.TracesSink{}
	stream := streamTo(t, sink)
	message := sampleMessage(t)
	started := message.GetHttpLogs().GetLogEntry()[0].GetCommonProperties()
	require.NoError(t, stream.Send(message))
	started.AccessLogType = alsdata.AccessLogType_DownstreamStart
	require.NoError(t, stream.Send(message), "a request that has not ended")
	_, err := stream.CloseAndRecv()
	require.NoError(t, err)

	require.Equal(t, 1, sink.SpanCount())
	span := sink.AllTraces()[0].ResourceSpans().At(0).ScopeSpans().At(0).Spans().At(0)
	require.Equal(t, 37*time.Millisecond, span.EndTimestamp().AsTime().Sub(span.StartTimestamp().AsTime()))
	got, err := json.Marshal(span.Attributes().AsRaw())
	require.NoError(t, err)
	require.JSONEq(t, `{
		"http.request.method": "POST", "http.response.status_code": 200, "url.path": "/v1/orders", "url.query": "limit=50", "url.scheme": "https",
		"server.address": "api.example.com", "client.address": "52.50.32.186", "user_agent.original": "Make/production",
		"http.request.body.size": 312, "http.response.body.size": 20480, "http.request.header.x-forwarded-for": ["52.50.32.186"],
		"lowcode.request.id": "5a1c3a0e-3e24-9d6a-b4d2-2a2d1d7ad111", "tls.client.subject": "spiffe://example.org/ns/lc/sa/connector-42",
		"jwt.claims.iss": "https://idp.example.com/", "jwt.claims.sub": "user-123", "jwt.claims.azp": "agent-client-id",
		"jwt.claims.act": "{\"sub\":\"agt_1a2b3c\"}", "jwt.claims.scope": "read:data",
		"envoy.route.name": "orders", "envoy.upstream.cluster": "orders"
	}`, string(got))
	require.Equal(t, "crm verified mtls mtls=tls.client.subject jwt_claim=jwt.claims.azp", whoCalled(resolver(t), span, identity.TrustAll))
	source, _ := provenance.From(sink.Contexts()[0])
	require.Equal(t, provenance.Source{Receiver: provenance.ReceiverIntake, Format: "envoy"}, source)
}

func TestStreamEndsWhenThePipelineTakesNothing(t *testing.T) {
	stream := streamTo(t, consumertest.NewErr(errors.New("full")))
	require.NoError(t, stream.Send(sampleMessage(t)))
	require.ErrorContains(t, stream.RecvMsg(&alsv3.StreamAccessLogsResponse{}), "the pipeline cannot take the records now")
}

// A client's header cannot stand for what Envoy itself says.
func TestHeaderOfTheGRPCAccessLogIsNoWordOfEnvoys(t *testing.T) {
	sink := &consumertest.TracesSink{}
	stream := streamTo(t, sink)
	message := sampleMessage(t)
	entry := message.GetHttpLogs().GetLogEntry()[0]
	entry.CommonProperties.TlsProperties, entry.CommonProperties.Metadata = nil, nil
	entry.Request.RequestHeaders = map[string]string{
		"downstream_peer_subject": "CN=connector-7", "downstream_peer_uri_san": "spiffe://example.org/ns/lc/sa/connector-7",
		"jwt_payload": `{"azp":"agent-client-id"}`, "jwt": `{"azp":"agent-client-id"}`, "jwt_claims": `{"azp":"agent-client-id"}`, "x-forwarded-client-cert": "URI=spiffe://example.org/ns/lc/sa/connector-7",
	}
	require.NoError(t, stream.Send(message))
	_, err := stream.CloseAndRecv()
	require.NoError(t, err)
	span := sink.AllTraces()[0].ResourceSpans().At(0).ScopeSpans().At(0).Spans().At(0)
	require.Equal(t, nobody.trusted, whoCalled(resolver(t), span, identity.TrustAll))
}
