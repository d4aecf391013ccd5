// Package webhook tells any HTTP endpoint, in the JSON that Alertmanager's own
// webhooks have (version 4), so that whatever takes those takes these. One
// request is one change of one episode. Each alert also has a key "finding"
// with everything Weir knows of it.
//
// With a secret, a request is signed:
//
//	Weir-Timestamp: 1726783839
//	Weir-Signature: v1=hex(HMAC-SHA256(secret, timestamp + "." + body))
//
// The receiver computes the same over the body as it came, compares in constant
// time, and refuses timestamps some minutes old, so that nothing can be replayed.
package webhook

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/weir-otel/weir/exporter/alertexporter/internal/deliver"
	"github.com/weir-otel/weir/exporter/alertexporter/internal/message"
	"github.com/weir-otel/weir/internal/finding"
)

// The headers of a request.
const (
	HeaderTimestamp = "Weir-Timestamp"
	HeaderSignature = "Weir-Signature"
	HeaderKey       = "Idempotency-Key" // the same for the same change, however often it is sent
)

// Client tells one webhook.
type Client struct {
	HTTP     *http.Client
	Name     string
	Endpoint string
	Secret   string            // empty = not signed
	Labels   map[string]string // put on every alert
	Now      func() time.Time
}

// payload is Alertmanager's webhook JSON, template.Data of its version 4.
type payload struct {
	Version           string            `json:"version"`
	GroupKey          string            `json:"groupKey"`
	TruncatedAlerts   int               `json:"truncatedAlerts"`
	Status            finding.Status    `json:"status"`
	Receiver          string            `json:"receiver"`
	GroupLabels       map[string]string `json:"groupLabels"`
	CommonLabels      map[string]string `json:"commonLabels"`
	CommonAnnotations map[string]string `json:"commonAnnotations"`
	ExternalURL       string            `json:"externalURL"`
	Alerts            []alert           `json:"alerts"`
}

type alert struct {
	Status       finding.Status    `json:"status"`
	Labels       map[string]string `json:"labels"`
	Annotations  map[string]string `json:"annotations"`
	StartsAt     time.Time         `json:"startsAt"`
	EndsAt       time.Time         `json:"endsAt"` // zero while firing
	GeneratorURL string            `json:"generatorURL"`
	Fingerprint  string            `json:"fingerprint"`
	Finding      finding.Finding   `json:"finding"`
}

// Notify posts each finding in a request of its own.
func (c *Client) Notify(ctx context.Context, findings []finding.Finding) error {
	for _, f := range findings {
		body, err := json.Marshal(c.payload(f))
		if err != nil {
			return &deliver.PermanentError{Reason: fmt.Sprintf("cannot encode the finding: %v", err)}
		}
		if err := deliver.Post(ctx, c.HTTP, c.Endpoint, c.header(f, body), body); err != nil {
			return err
		}
	}
	return nil
}

func (c *Client) payload(f finding.Finding) payload {
	labels, annotations := message.Labels(f, c.Labels), message.Annotations(f)
	link := message.DashboardURL(f)
	a := alert{
		Status: f.Status, Labels: labels, Annotations: annotations,
		StartsAt: f.StartedAt.UTC(), GeneratorURL: link, Fingerprint: f.Fingerprint, Finding: f,
	}
	if f.Status == finding.Resolved {
		a.EndsAt = f.ResolvedAt.UTC()
	}
	return payload{
		Version:  "4",
		GroupKey: fmt.Sprintf("{}:{fingerprint=%q}", f.Fingerprint),
		Status:   f.Status, Receiver: c.Name,
		GroupLabels:  map[string]string{"fingerprint": f.Fingerprint},
		CommonLabels: labels, CommonAnnotations: annotations,
		ExternalURL: link,
		Alerts:      []alert{a},
	}
}

func (c *Client) header(f finding.Finding, body []byte) http.Header {
	header := http.Header{}
	header.Set(HeaderKey, fmt.Sprintf("%s-%d-%s", f.Fingerprint, f.StartedAt.UnixMilli(), f.Status))
	if c.Secret != "" {
		timestamp := strconv.FormatInt(c.Now().Unix(), 10)
		header.Set(HeaderTimestamp, timestamp)
		header.Set(HeaderSignature, Sign(c.Secret, timestamp, body))
	}
	return header
}

// Sign returns the signature header's value.
func Sign(secret, timestamp string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(timestamp))
	mac.Write([]byte("."))
	mac.Write(body)
	return "v1=" + hex.EncodeToString(mac.Sum(nil))
}
