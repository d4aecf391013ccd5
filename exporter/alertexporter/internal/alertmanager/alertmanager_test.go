package alertmanager

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/go-openapi/strfmt"
	"github.com/prometheus/alertmanager/api/v2/models"
	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/finding"
)

var now = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// post sends findings to a server that reads them as Alertmanager does.
func post(t *testing.T, findings ...finding.Finding) models.PostableAlerts {
	t.Helper()
	var alerts models.PostableAlerts
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		require.Equal(t, "/prefix/api/v2/alerts", r.URL.Path)
		require.Equal(t, "application/json", r.Header.Get("Content-Type"))
		body, err := io.ReadAll(r.Body)
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(body, &alerts))
	}))
	defer server.Close()
	client := &Client{HTTP: server.Client(), Endpoint: server.URL + "/prefix/", Labels: map[string]string{"cluster": "eu"}, Interval: time.Minute, Now: func() time.Time { return now }}
	require.NoError(t, client.Notify(t.Context(), findings))
	require.NoError(t, alerts.Validate(strfmt.Default))
	return alerts
}

func TestFiringAlertsEndByThemselvesAfterFourIntervals(t *testing.T) {
	alerts := post(t, finding.Finding{Fingerprint: "a", Rule: "r", Status: finding.Firing, StartedAt: now.Add(-time.Hour)},
		finding.Finding{Fingerprint: "b", Rule: "r", Status: finding.Firing, StartedAt: now.Add(time.Hour)})
	require.Len(t, alerts, 2)
	require.Equal(t, now.Add(-time.Hour), time.Time(alerts[0].StartsAt).UTC())
	require.Equal(t, now.Add(4*time.Minute), time.Time(alerts[0].EndsAt).UTC())
	require.Equal(t, "eu", alerts[0].Labels["cluster"])
	require.Equal(t, now, time.Time(alerts[1].StartsAt).UTC(), "a start in the future is somebody's clock")
}

func TestResolvedAlertsEndWhenTheEpisodeDid(t *testing.T) {
	f := func(started, resolved, want time.Time) {
		t.Helper()
		alerts := post(t, finding.Finding{Fingerprint: "a", Rule: "r", Status: finding.Resolved, StartedAt: started, ResolvedAt: resolved})
		require.Equal(t, want, time.Time(alerts[0].EndsAt).UTC())
		require.False(t, time.Time(alerts[0].EndsAt).Before(time.Time(alerts[0].StartsAt)))
	}
	f(now.Add(-time.Hour), now.Add(-time.Minute), now.Add(-time.Minute))
	f(now.Add(-time.Hour), now.Add(time.Minute), now)
	f(now.Add(-time.Hour), time.Time{}, now)
	f(now.Add(-time.Hour), now.Add(-2*time.Hour), now.Add(-time.Hour))
}
