// Package alertmanager tells an Alertmanager through its API v2
// (https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml).
package alertmanager

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/go-openapi/strfmt"
	"github.com/prometheus/alertmanager/api/v2/models"

	"github.com/weir-otel/weir/exporter/alertexporter/internal/deliver"
	"github.com/weir-otel/weir/exporter/alertexporter/internal/message"
	"github.com/weir-otel/weir/internal/finding"
)

// MaxBatch is the number of alerts in one request, as Prometheus sends them.
const MaxBatch = 64

// holdFactor: an alert ends by itself when it is not sent again for so many
// resend intervals, as with Prometheus. Three lost requests are no "resolved".
const holdFactor = 4

// Client tells one Alertmanager.
type Client struct {
	HTTP     *http.Client
	Endpoint string            // base URL, with a path prefix if there is one
	Labels   map[string]string // put on every alert
	Interval time.Duration     // between two sends of a firing alert
	Now      func() time.Time
}

// Notify sends one batch.
func (c *Client) Notify(ctx context.Context, findings []finding.Finding) error {
	body, err := json.Marshal(c.alerts(findings))
	if err != nil {
		return &deliver.PermanentError{Reason: fmt.Sprintf("cannot encode alerts: %v", err)}
	}
	return deliver.Post(ctx, c.HTTP, strings.TrimSuffix(c.Endpoint, "/")+"/api/v2/alerts", nil, body)
}

func (c *Client) alerts(findings []finding.Finding) models.PostableAlerts {
	now := c.Now()
	alerts := make(models.PostableAlerts, 0, len(findings))
	for _, f := range findings {
		starts, ends := times(f, now, holdFactor*c.Interval)
		alerts = append(alerts, &models.PostableAlert{
			Annotations: message.Annotations(f),
			StartsAt:    strfmt.DateTime(starts),
			EndsAt:      strfmt.DateTime(ends),
			Alert: models.Alert{
				Labels:       message.Labels(f, c.Labels),
				GeneratorURL: strfmt.URI(message.DashboardURL(f)),
			},
		})
	}
	return alerts
}

// times returns an order that Alertmanager takes: it refuses an end before the
// start, and an end in the future means firing.
func times(f finding.Finding, now time.Time, hold time.Duration) (starts, ends time.Time) {
	starts = f.StartedAt
	if starts.IsZero() || starts.After(now) {
		starts = now
	}
	if f.Status == finding.Firing {
		return starts, now.Add(hold)
	}
	ends = f.ResolvedAt
	if ends.IsZero() || ends.After(now) {
		ends = now
	}
	if ends.Before(starts) {
		ends = starts
	}
	return starts, ends
}
