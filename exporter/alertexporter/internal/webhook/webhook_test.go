package webhook

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/finding"
)

var now = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

type request struct {
	header http.Header
	body   []byte
}

func post(t *testing.T, secret string, f finding.Finding) request {
	t.Helper()
	var got request
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		require.NoError(t, err)
		got = request{header: r.Header, body: body}
	}))
	defer server.Close()
	client := &Client{HTTP: server.Client(), Name: "pager", Endpoint: server.URL, Secret: secret, Now: func() time.Time { return now }}
	require.NoError(t, client.Notify(t.Context(), []finding.Finding{f}))
	return got
}

func TestPayloadIsAlertmanagersWebhookWithTheFinding(t *testing.T) {
	f := finding.Finding{
		Fingerprint: "00c0ffee", Status: finding.Resolved, Rule: "burst", Severity: "critical", TenantID: "acme",
		StartedAt: now.Add(-time.Hour), ResolvedAt: now, EvidenceSQL: "SELECT 1",
	}
	got := post(t, "", f)
	var p struct {
		Version, GroupKey, Status, Receiver string
		CommonLabels                        map[string]string
		Alerts                              []struct {
			Status, Fingerprint string
			Labels, Annotations map[string]string
			StartsAt, EndsAt    time.Time
			Finding             finding.Finding
		}
	}
	require.NoError(t, json.Unmarshal(got.body, &p))
	require.Equal(t, "4", p.Version)
	require.Equal(t, `{}:{fingerprint="00c0ffee"}`, p.GroupKey)
	require.Equal(t, "resolved", p.Status)
	require.Equal(t, "pager", p.Receiver)
	require.Equal(t, "burst", p.CommonLabels["alertname"])
	require.Len(t, p.Alerts, 1)
	require.Equal(t, "resolved", p.Alerts[0].Status)
	require.Equal(t, "acme", p.Alerts[0].Labels["tenant"])
	require.NotEmpty(t, p.Alerts[0].Annotations["summary"])
	require.Equal(t, now, p.Alerts[0].EndsAt)
	require.Equal(t, f, p.Alerts[0].Finding)
	require.Empty(t, got.header.Get(HeaderSignature))
}

func TestRequestsAreSignedWithTheTime(t *testing.T) {
	got := post(t, "s3cr3t", finding.Finding{Fingerprint: "a", Status: finding.Firing, StartedAt: now})
	timestamp := got.header.Get(HeaderTimestamp)
	require.Equal(t, "1772442000", timestamp)
	require.Equal(t, Sign("s3cr3t", timestamp, got.body), got.header.Get(HeaderSignature))
	require.NotEqual(t, Sign("s3cr3t", "1772442001", got.body), got.header.Get(HeaderSignature))
	// echo -n '1772442000.{}' | openssl dgst -sha256 -hmac s3cr3t
	require.Equal(t, "v1=f139c258ab0c2ef7bb4f116ca61ab6caac8e67c89416808df2c82de2a56e8b78", Sign("s3cr3t", timestamp, []byte("{}")))
}

func TestTheSameChangeHasTheSameKey(t *testing.T) {
	f := finding.Finding{Fingerprint: "a", Status: finding.Firing, StartedAt: now}
	first := post(t, "", f).header.Get(HeaderKey)
	f.Observed, f.UpdatedAt = 7, now.Add(time.Minute)
	require.Equal(t, first, post(t, "", f).header.Get(HeaderKey))
	f.Status = finding.Resolved
	require.NotEqual(t, first, post(t, "", f).header.Get(HeaderKey))
}
