package intakereceiver

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/receiver/receivertest"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/weir-otel/weir/internal/provenance"
	"github.com/weir-otel/weir/receiver/intakereceiver/internal/metadata"
)

const good = `{"request":{"method":"GET","uri":"/contacts"},"response":{"status":200},"started_at":1726783839538}`

func TestKongBatchBecomesSpansOfItsConsumers(t *testing.T) {
	sink := new(consumertest.TracesSink)
	server := start(t, sink, nil)
	body := read(t, filepath.Join("internal", "kong", "testdata", "batch_authenticated.json"))

	answer := server.post(t, "/kong", body, nil)
	require.Equal(t, http.StatusOK, answer.code, answer.body)
	require.JSONEq(t, `{"accepted":2,"refused":0}`, answer.body)
	require.Equal(t, 2, sink.SpanCount())
	span := sink.AllTraces()[0].ResourceSpans().At(0).ScopeSpans().At(0).Spans().At(0)
	username, _ := span.Attributes().Get("http.request.header.x-consumer-username")
	require.Equal(t, []any{"make-crm-sync"}, username.Slice().AsRaw())
}

func TestTheNextComponentLearnsTheProvenance(t *testing.T) {
	var got provenance.Source
	next, err := consumer.NewTraces(func(ctx context.Context, _ ptrace.Traces) error {
		got, _ = provenance.From(ctx)
		return nil
	})
	require.NoError(t, err)
	server := start(t, next, nil)
	require.Equal(t, http.StatusOK, server.post(t, "/kong", []byte(good), nil).code)
	require.Equal(t, provenance.Source{Receiver: "intake", Format: "kong"}, got)
}

func TestEveryFormOfABodyIsTaken(t *testing.T) {
	f := func(body []byte, header http.Header) {
		t.Helper()
		sink := new(consumertest.TracesSink)
		answer := start(t, sink, nil).post(t, "/kong", body, header)
		require.Equal(t, http.StatusOK, answer.code, answer.body)
		require.NotZero(t, sink.SpanCount())
	}
	f([]byte(good), nil)
	f([]byte("["+good+","+good+"]"), http.Header{"Content-Type": {"application/json; charset=utf-8"}})
	f([]byte(good+"\n"+good+"\n"), http.Header{"Content-Type": {"application/x-ndjson"}})
	f([]byte(good), http.Header{"Content-Type": nil})
	f(gzipped(t, []byte(good)), http.Header{"Content-Encoding": {"gzip"}})
}

func TestGoodRecordsOfABadBatchAreStored(t *testing.T) {
	sink := new(consumertest.TracesSink)
	server := start(t, sink, nil)
	answer := server.post(t, "/kong", []byte("["+good+`,{"request":{}},`+good+"]"), nil)
	require.Equal(t, http.StatusOK, answer.code)
	require.JSONEq(t, `{"accepted":2,"refused":1,"details":[{"index":1,"error":"is missing","field":"request.method","expected":"an HTTP method, e.g. \"GET\""}]}`, answer.body)
	require.Equal(t, 2, sink.SpanCount())

	got, err := server.telemetry.GetMetric("otelcol_receiver_intake_malformed_records")
	require.NoError(t, err)
	points := got.Data.(metricdata.Sum[int64]).DataPoints
	require.Len(t, points, 1)
	require.EqualValues(t, 1, points[0].Value)
	require.Equal(t, attribute.NewSet(attribute.String("format", "kong")), points[0].Attributes)
}

func TestRequestsThatCannotBeTakenAreAnsweredWithTheReason(t *testing.T) {
	server := start(t, consumertest.NewNop(), func(cfg *Config) { cfg.ServerConfig.MaxRequestBodySize = 1000 })
	f := func(path, body string, header http.Header, wantCode int, wantBody string) {
		t.Helper()
		answer := server.post(t, path, []byte(body), header)
		require.Equal(t, wantCode, answer.code, answer.body)
		require.Contains(t, answer.body, wantBody)
		var parsed failure
		require.NoError(t, json.Unmarshal([]byte(answer.body), &parsed))
		require.NotEmpty(t, parsed.Error)
	}
	f("/kong", ``, nil, 400, `the body is empty`)
	f("/kong", `nonsense`, nil, 400, `is not JSON`)
	f("/kong", `{"request":{"method":"GET"},"response":{"status":{}}}`, nil, 400, `"field":"response.status"`)
	f("/kong", `[{},{}]`, nil, 400, `"refused":2`)
	f("/other", good, nil, 404, `/kong`)
	f("/kong", good, http.Header{"Content-Type": {"image/png"}}, 415, `application/json`)
	f("/kong", good, http.Header{"Content-Type": {";;"}}, 415, `Content-Type`)
	f("/kong", good, http.Header{"Content-Encoding": {"br"}}, 415, `Content-Encoding`)
	f("/kong", good, http.Header{"Content-Encoding": {"gzip"}}, 400, `the body cannot be read`)
	f("/kong", strings.Repeat(" ", 2000), nil, 413, `1000 bytes`)
	f("/kong", string(gzipped(t, bytes.Repeat([]byte(" "), 5000))), http.Header{"Content-Encoding": {"gzip"}}, 413, `1000 bytes`)

	resp, err := server.client.Get(server.url + "/kong")
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	require.Equal(t, http.StatusMethodNotAllowed, resp.StatusCode)
	require.Equal(t, "POST, PUT, PATCH", resp.Header.Get("Allow"))
}

func TestPipelineErrorsSayWhetherToRetry(t *testing.T) {
	exhausted, err := status.New(codes.ResourceExhausted, "full").WithDetails(&errdetails.RetryInfo{RetryDelay: durationpb.New(17 * time.Second)})
	require.NoError(t, err)
	f := func(err error, wantCode int, wantRetryAfter string) {
		t.Helper()
		answer := start(t, consumertest.NewErr(err), nil).post(t, "/kong", []byte(good), nil)
		require.Equal(t, wantCode, answer.code)
		require.Equal(t, wantRetryAfter, answer.header.Get("Retry-After"))
		require.NotContains(t, answer.body, err.Error())
	}
	f(errors.New("disk is full"), 503, "5")
	f(status.Error(codes.Unavailable, "starting"), 503, "5")
	f(exhausted.Err(), 429, "17")
	f(consumererror.NewPermanent(errors.New("no such thing")), 500, "")
	f(status.Error(codes.InvalidArgument, "no such thing"), 400, "")
}

func TestFirehoseIsAnsweredInItsOwnWay(t *testing.T) {
	f := func(next consumer.Traces, body string, wantCode int, wantError string) {
		t.Helper()
		answer := start(t, next, nil).post(t, "/aws_apigw", []byte(body), http.Header{"X-Amz-Firehose-Request-Id": {"ed4acda5"}})
		require.Equal(t, wantCode, answer.code, answer.body)
		var parsed map[string]any
		require.NoError(t, json.Unmarshal([]byte(answer.body), &parsed))
		require.Equal(t, "ed4acda5", parsed["requestId"])
		require.NotZero(t, parsed["timestamp"])
		delete(parsed, "requestId")
		delete(parsed, "timestamp")
		if wantError == "" {
			require.Empty(t, parsed)
			return
		}
		require.Equal(t, map[string]any{"errorMessage": wantError}, parsed)
	}
	sample := string(read(t, filepath.Join("internal", "awsapigw", "testdata", "firehose.json")))
	f(consumertest.NewNop(), sample, 200, "")
	f(consumertest.NewNop(), `{"records":[{"data":"%"}]}`, 400, "records.data is not base64")
	f(consumertest.NewErr(errors.New("disk is full")), sample, 503, "the pipeline cannot take the records now")
}

func TestFormatsThatAreOffHaveNoPath(t *testing.T) {
	server := start(t, consumertest.NewNop(), func(cfg *Config) { cfg.Kong.Path = "" })
	answer := server.post(t, "/kong", []byte(good), nil)
	require.Equal(t, http.StatusNotFound, answer.code)
	require.Contains(t, answer.body, "/apisix, /envoy")
}

func TestStartSaysWhichAddressIsTaken(t *testing.T) {
	server := start(t, consumertest.NewNop(), nil)
	cfg := createDefaultConfig().(*Config)
	cfg.ServerConfig.NetAddr.Endpoint = strings.TrimPrefix(server.url, "http://")
	second, err := NewFactory().CreateTraces(t.Context(), receivertest.NewNopSettings(metadata.Type), cfg, consumertest.NewNop())
	require.NoError(t, err)
	require.ErrorContains(t, second.Start(t.Context(), componenttest.NewNopHost()), "`endpoint`")
	require.NoError(t, second.Shutdown(t.Context()))
}

func TestFactoryAndLifecycle(t *testing.T) {
	factory := NewFactory()
	require.Equal(t, metadata.Type, factory.Type())
	require.Equal(t, metadata.TracesStability, factory.TracesStability())
	cfg := factory.CreateDefaultConfig().(*Config)
	cfg.ServerConfig.NetAddr.Endpoint = "127.0.0.1:0"
	for range 2 { // a stopped receiver can be made again
		r, err := factory.CreateTraces(t.Context(), receivertest.NewNopSettings(metadata.Type), cfg, consumertest.NewNop())
		require.NoError(t, err)
		require.NoError(t, r.Start(t.Context(), componenttest.NewNopHost()))
		require.NoError(t, r.Shutdown(t.Context()))
	}
	r, err := factory.CreateTraces(t.Context(), receivertest.NewNopSettings(metadata.Type), cfg, consumertest.NewNop())
	require.NoError(t, err)
	require.NoError(t, r.Shutdown(t.Context())) // never started
}

func TestSignalsOfOneConfigurationShareAServer(t *testing.T) {
	factory := NewFactory()
	require.Equal(t, metadata.LogsStability, factory.LogsStability())
	cfg := factory.CreateDefaultConfig().(*Config)
	cfg.ServerConfig.NetAddr.Endpoint = "127.0.0.1:0"
	set := receivertest.NewNopSettings(metadata.Type)
	traces, err := factory.CreateTraces(t.Context(), set, cfg, consumertest.NewNop())
	require.NoError(t, err)
	logs, err := factory.CreateLogs(t.Context(), set, cfg, consumertest.NewNop())
	require.NoError(t, err)
	require.NoError(t, traces.Start(t.Context(), componenttest.NewNopHost()))
	require.NoError(t, logs.Start(t.Context(), componenttest.NewNopHost()))
	address := traces.(*intake).listener.Addr().String()

	require.NoError(t, traces.Shutdown(t.Context()))
	conn, err := net.Dial("tcp", address)
	require.NoError(t, err, "the other signal still listens")
	require.NoError(t, conn.Close())
	require.NoError(t, logs.Shutdown(t.Context()))
	_, err = net.Dial("tcp", address)
	require.Error(t, err)
}

type testServer struct {
	url       string
	client    *http.Client
	telemetry *componenttest.Telemetry
}

type answer struct {
	code   int
	body   string
	header http.Header
}

func start(t *testing.T, next consumer.Traces, change func(*Config)) *testServer {
	t.Helper()
	cfg := createDefaultConfig().(*Config)
	cfg.ServerConfig.NetAddr.Endpoint = "127.0.0.1:0"
	if change != nil {
		change(cfg)
	}
	telemetry := componenttest.NewTelemetry()
	set := receivertest.NewNopSettings(metadata.Type)
	set.TelemetrySettings = telemetry.NewTelemetrySettings()
	receiver, err := NewFactory().CreateTraces(t.Context(), set, cfg, next)
	require.NoError(t, err)
	r := receiver.(*intake)
	require.NoError(t, r.Start(t.Context(), componenttest.NewNopHost()))
	server := &testServer{url: "http://" + r.listener.Addr().String(), client: &http.Client{Transport: &http.Transport{}}, telemetry: telemetry}
	t.Cleanup(func() {
		server.client.CloseIdleConnections()
		require.NoError(t, r.Shutdown(context.Background()))
		require.NoError(t, telemetry.Shutdown(context.Background()))
	})
	return server
}

func (s *testServer) post(t *testing.T, path string, body []byte, header http.Header) answer {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+path, bytes.NewReader(body))
	require.NoError(t, err)
	req.Header.Set("Content-Type", "application/json")
	for name, values := range header {
		req.Header[name] = values
	}
	resp, err := s.client.Do(req)
	require.NoError(t, err)
	content, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	return answer{code: resp.StatusCode, body: string(content), header: resp.Header}
}

func read(t testing.TB, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	return content
}

func gzipped(t *testing.T, body []byte) []byte {
	t.Helper()
	var buf bytes.Buffer
	zw := gzip.NewWriter(&buf)
	_, err := zw.Write(body)
	require.NoError(t, err)
	require.NoError(t, zw.Close())
	return buf.Bytes()
}
