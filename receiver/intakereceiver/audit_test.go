package intakereceiver

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/receiver/receivertest"

	"github.com/weir-otel/weir/internal/provenance"
	"github.com/weir-otel/weir/receiver/intakereceiver/internal/metadata"
)

func startAudit(t *testing.T, change func(*Config)) (*testServer, *consumertest.LogsSink) {
	t.Helper()
	cfg := createDefaultConfig().(*Config)
	cfg.ServerConfig.NetAddr.Endpoint = "127.0.0.1:0"
	if change != nil {
		change(cfg)
	}
	sink := &consumertest.LogsSink{}
	receiver, err := NewFactory().CreateLogs(t.Context(), receivertest.NewNopSettings(metadata.Type), cfg, sink)
	require.NoError(t, err)
	require.NoError(t, receiver.Start(t.Context(), componenttest.NewNopHost()))
	server := &testServer{url: "http://" + receiver.(*intake).listener.Addr().String(), client: &http.Client{Transport: &http.Transport{}}}
	t.Cleanup(func() {
		server.client.CloseIdleConnections()
		require.NoError(t, receiver.Shutdown(context.Background()))
	})
	return server, sink
}

const tokenExchange = `{"eventType":"TOKEN_EXCHANGE","clientId":"make-crm-sync","eventId":"e-1"}`

func TestAuditEventsBecomeLogRecordsOfAKnownSource(t *testing.T) {
	server, sink := startAudit(t, nil)
	require.Equal(t, http.StatusOK, server.post(t, "/keycloak", []byte(tokenExchange), nil).code)
	require.Equal(t, 1, sink.LogRecordCount())
	record := sink.AllLogs()[0].ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0)
	require.Equal(t, "lowcode.token.exchanged", record.EventName())
	source, ok := provenance.From(sink.Contexts()[0])
	require.True(t, ok)
	require.Equal(t, provenance.Source{Receiver: provenance.ReceiverIntake, Format: "keycloak"}, source)
}

func TestPathWithoutAPipelineSaysWhichIsMissing(t *testing.T) {
	server, _ := startAudit(t, nil)
	answer := server.post(t, "/kong", []byte(good), nil)
	require.Equal(t, http.StatusNotFound, answer.code)
	require.Contains(t, answer.body, "the receiver in a pipeline of traces")
}

func TestSignedEventsAreTakenAndOthersAreNot(t *testing.T) {
	server, sink := startAudit(t, func(cfg *Config) { cfg.Keycloak.SignatureSecret = "a secret of the hook" })
	mac := hmac.New(sha256.New, []byte("a secret of the hook"))
	mac.Write([]byte(tokenExchange))
	signed := http.Header{"X-Keycloak-Signature": {hex.EncodeToString(mac.Sum(nil))}, "X-Keycloak-Signature-Algorithm": {"HmacSHA256"}}
	require.Equal(t, http.StatusOK, server.post(t, "/keycloak", []byte(tokenExchange), signed).code)

	for name, header := range map[string]http.Header{
		"none":      {},
		"wrong":     {"X-Keycloak-Signature": {hex.EncodeToString(make([]byte, 32))}},
		"algorithm": {"X-Keycloak-Signature": signed["X-Keycloak-Signature"], "X-Keycloak-Signature-Algorithm": {"none"}},
	} {
		require.Equal(t, http.StatusUnauthorized, server.post(t, "/keycloak", []byte(tokenExchange), header).code, name)
	}
	require.Equal(t, http.StatusUnauthorized, server.post(t, "/keycloak", []byte(tokenExchange+" "), signed).code, "another body")
	require.Equal(t, 1, sink.LogRecordCount())
}

func TestSendersAreAnsweredWhatTheyAskFirst(t *testing.T) {
	server, sink := startAudit(t, nil)
	ask := func(method, path, header, value string) (code int, answered http.Header) {
		req, err := http.NewRequestWithContext(t.Context(), method, server.url+path, nil)
		require.NoError(t, err)
		req.Header.Set(header, value)
		resp, err := server.client.Do(req)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		return resp.StatusCode, resp.Header
	}
	code, _ := ask(http.MethodGet, "/okta", "X-Okta-Verification-Challenge", "abc")
	require.Equal(t, http.StatusOK, code)
	code, _ = ask(http.MethodGet, "/keycloak", "X-Okta-Verification-Challenge", "abc")
	require.Equal(t, http.StatusMethodNotAllowed, code)
	code, answered := ask(http.MethodOptions, "/cloudevents", "WebHook-Request-Origin", "events.example.com")
	require.Equal(t, http.StatusOK, code)
	require.Equal(t, "events.example.com", answered.Get("WebHook-Allowed-Origin"))
	require.Zero(t, sink.LogRecordCount())
}

func TestCloudEventInBinaryModeIsTaken(t *testing.T) {
	server, sink := startAudit(t, nil)
	answer := server.post(t, "/cloudevents", []byte("<xml/>"), http.Header{
		"Ce-Specversion": {"1.0"}, "Ce-Type": {"com.example.token.revoked"}, "Ce-Source": {"/idp"}, "Ce-Id": {"7"}, "Content-Type": {"application/xml"},
	})
	require.Equal(t, http.StatusOK, answer.code, answer.body)
	require.Equal(t, "lowcode.token.revoked", sink.AllLogs()[0].ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(0).EventName())
}
