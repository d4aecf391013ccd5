package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
)

const (
	historyDays   = 12
	usualRequests = 10 // an hour
	burst         = 400
)

// A burst fires in a real Alertmanager and resolves there when it is out of the two
// hours that are looked at together. Nobody waits for that: the first collector
// leaves the last hour for later (`grace`), the second evaluates it.
func TestAlertmanagerHoldsAFindingAsFiringAndThenResolved(t *testing.T) {
	am := startAlertmanager(t)
	c := newCollector(t)
	hour := currentHour(t)
	c.start(t)
	sent := sendHistory(t, c.HTTP, hour)
	conn, _ := c.clickhouse(t)
	await(t, dataTimeout, "the history", func() bool { return count(t, conn, "SELECT sum(actions) FROM weir.connector_hours FINAL") == sent })
	c.stop(t)

	c.Alertmanager, c.Rules, c.Grace = am.url, "testdata/rules.yaml", "1h"
	c.start(t)
	await(t, dataTimeout, "the alert in Alertmanager", func() bool { return len(am.active(t)) > 0 })
	active := am.active(t)
	require.Len(t, active, 1)
	require.Equal(t, "crm-sync", active[0].Labels["connector"])
	require.Equal(t, "e2e-burst", active[0].Labels["alertname"])
	require.True(t, active[0].EndsAt.After(time.Now()))
	am.awaitNotification(t, "firing")
	require.Empty(t, am.notified("resolved"))

	c.stop(t)
	c.Grace = "0s"
	c.start(t)

	am.awaitNotification(t, "resolved")
	await(t, dataTimeout, "the end of the alert", func() bool { return len(am.active(t)) == 0 })
	firing, resolved := am.notified("firing"), am.notified("resolved")
	require.Len(t, firing, 1, "told twice")
	require.Len(t, resolved, 1, "resolved twice")
	require.Equal(t, firing[0].Fingerprint, resolved[0].Fingerprint)
}

// currentHour is the start of an hour that does not end during the test.
func currentHour(t *testing.T) time.Time {
	t.Helper()
	await(t, 3*time.Minute, "the next hour", func() bool { return time.Until(nextHour()) > 2*time.Minute })
	return time.Now().UTC().Truncate(time.Hour)
}

func nextHour() time.Time { return time.Now().Add(time.Hour).Truncate(time.Hour) }

// sendHistory reports steady traffic up to hour, with a burst before the last two
// hours, and counts the calls.
func sendHistory(t *testing.T, address string, hour time.Time) (sent uint64) {
	t.Helper()
	exporter, err := otlptracehttp.New(t.Context(), otlptracehttp.WithEndpoint(address), otlptracehttp.WithInsecure())
	require.NoError(t, err)
	defer func() { require.NoError(t, exporter.Shutdown(context.Background())) }()
	var day tracetest.SpanStubs
	for at := hour.Add(-historyDays * 24 * time.Hour); at.Before(hour); at = at.Add(time.Hour) {
		requests := usualRequests + at.Hour()%3
		if at.Equal(hour.Add(-3 * time.Hour)) {
			requests = burst
		}
		sent += uint64(requests)
		day = append(day, hourOfSpans(at, requests)...)
		if at.Hour() == 23 || at.Add(time.Hour).Equal(hour) {
			require.NoError(t, exporter.ExportSpans(t.Context(), day.Snapshots()))
			day = nil
		}
	}
	return sent
}

func hourOfSpans(start time.Time, requests int) tracetest.SpanStubs {
	stubs, _ := gatewaySpans(requests)
	for i := range stubs {
		stubs[i].StartTime = start.Add(time.Duration(i) * time.Hour / time.Duration(requests))
		stubs[i].EndTime = stubs[i].StartTime.Add(time.Millisecond)
	}
	return stubs
}

// alertmanager is a real one, and the receiver that it notifies.
type alertmanager struct {
	url string

	mu            sync.Mutex
	notifications []amAlert
}

// amAlert is what Alertmanager's API and its webhook have in common.
type amAlert struct {
	Status      json.RawMessage   `json:"status"`
	Labels      map[string]string `json:"labels"`
	EndsAt      time.Time         `json:"endsAt"`
	Fingerprint string            `json:"fingerprint"`
}

func startAlertmanager(t *testing.T) *alertmanager {
	t.Helper()
	am := &alertmanager{}
	receiver := httptest.NewServer(http.HandlerFunc(am.receive))
	t.Cleanup(receiver.Close)
	folder, address := t.TempDir(), listenAddress(t)
	config := filepath.Join(folder, "alertmanager.yml")
	require.NoError(t, os.WriteFile(config, fmt.Appendf(nil, `
route: {receiver: test, group_by: ["..."], group_wait: 0s, group_interval: 1s, repeat_interval: 1h}
receivers:
  - name: test
    webhook_configs: [{url: %q, send_resolved: true}]
`, receiver.URL), 0o600))
	p := start(t, "prometheus-alertmanager", "--config.file="+config, "--storage.path="+folder,
		"--web.listen-address="+address, "--cluster.listen-address=")
	am.url = "http://" + address
	p.awaitOK(t, am.url+"/-/ready")
	return am
}

func (am *alertmanager) receive(w http.ResponseWriter, r *http.Request) {
	var notification struct{ Alerts []amAlert }
	if err := json.NewDecoder(r.Body).Decode(&notification); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	am.mu.Lock()
	defer am.mu.Unlock()
	am.notifications = append(am.notifications, notification.Alerts...)
}

func (am *alertmanager) notified(status string) []amAlert {
	am.mu.Lock()
	defer am.mu.Unlock()
	var found []amAlert
	for _, alert := range am.notifications {
		if string(alert.Status) == `"`+status+`"` {
			found = append(found, alert)
		}
	}
	return found
}

func (am *alertmanager) awaitNotification(t *testing.T, status string) {
	t.Helper()
	await(t, dataTimeout, "a notification: "+status, func() bool { return len(am.notified(status)) > 0 })
}

// active lists the alerts that Alertmanager holds as firing.
func (am *alertmanager) active(t *testing.T) []amAlert {
	t.Helper()
	response, err := http.Get(am.url + "/api/v2/alerts?active=true") //nolint:noctx // the client's own time limit is enough
	require.NoError(t, err)
	defer response.Body.Close()
	var alerts []amAlert
	require.NoError(t, json.NewDecoder(response.Body).Decode(&alerts))
	return alerts
}
