package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/cmd/weirctl/internal/cli"
	"github.com/weir-otel/weir/internal/chdb/chdbtest"
	"github.com/weir-otel/weir/internal/finding"
	"github.com/weir-otel/weir/internal/schema"
)

func TestVerdictsAreKeptAndShown(t *testing.T) {
	server := chdbtest.Start(t)
	require.NoError(t, schema.Apply(t.Context(), server.Conn(t, "default"), schema.Options{RetentionDays: 36500, RollupRetentionDays: 36500}))
	conn := server.Conn(t, schema.DefaultDatabase)
	at := time.Date(2026, 3, 2, 3, 0, 0, 0, time.UTC)
	episode := func(fingerprint string, started time.Time) finding.Finding {
		return finding.Finding{
			Fingerprint: fingerprint, Status: finding.Firing, Rule: "requests-burst", TenantID: "acme", ConnectorID: "crm-sync", Effect: 8,
			WindowStart: started, WindowEnd: started, StartedAt: started, UpdatedAt: started,
		}
	}
	require.NoError(t, finding.Insert(t.Context(), conn, []finding.Finding{
		episode("aaaa000000000001", at), episode("aaaa000000000001", at.Add(time.Hour)), episode("aaaa000000000002", at),
	}, 1))
	t.Setenv(passwordEnv, server.Password)
	client := &clientFlags{url: server.Endpoint, user: server.Username, database: schema.DefaultDatabase}
	ack := func(verdict string, prefixes ...string) (string, error) {
		output := "table"
		var out bytes.Buffer
		f := &ackFlags{client: client, verdict: verdict, note: "a campaign", author: "ann", length: 48 * time.Hour, output: &output, now: func() time.Time { return at.Add(2 * time.Hour) }}
		err := runAlertsAck(t.Context(), f, prefixes, &out)
		return out.String(), err
	}
	out, err := ack("benign", "aaaa000000000001")
	require.NoError(t, err)
	require.Regexp(t, `crm-sync +requests-burst +2026-03-02T04:00:00Z +benign +threshold raised above 8 until 2026-03-04 +ann`, out)
	_, err = ack("true", "aaaa000000000002")
	require.NoError(t, err)
	_, err = ack("true", "aaaa")
	require.ErrorContains(t, err, "several findings")
	_, err = ack("true", "ffff")
	require.ErrorContains(t, err, "no finding has a fingerprint that begins with ffff")
	_, err = ack("true", "'; DROP")
	require.ErrorIs(t, err, cli.ErrUsage)
	_, err = ack("maybe", "aaaa000000000002")
	require.ErrorIs(t, err, cli.ErrUsage)

	var list bytes.Buffer
	require.NoError(t, runAlertsVerdicts(t.Context(), client, "table", at.AddDate(1, 0, 0), &list))
	require.Regexp(t, `(?s)threshold was raised until 2026-03-04.*out of the baseline`, list.String())
	list.Reset()
	require.NoError(t, runAlertsVerdicts(t.Context(), client, "json", at, &list))
	var said []finding.Judged
	require.NoError(t, json.Unmarshal(list.Bytes(), &said))
	require.Len(t, said, 2)
	require.Equal(t, "a campaign", said[0].Note)
}

// hook takes webhooks, or refuses them.
type hook struct {
	mu     sync.Mutex
	status []string
	answer int
}

func (h *hook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Status string `json:"status"`
	}
	_ = json.NewDecoder(r.Body).Decode(&body)
	h.mu.Lock()
	h.status = append(h.status, body.Status)
	h.mu.Unlock()
	w.WriteHeader(h.answer)
}

func TestATestAlertGoesThroughEveryReceiver(t *testing.T) {
	good, bad := &hook{answer: http.StatusOK}, &hook{answer: http.StatusForbidden}
	goodServer, badServer := httptest.NewServer(good), httptest.NewServer(bad)
	defer goodServer.Close()
	defer badServer.Close()
	t.Setenv("HOOK", goodServer.URL)
	run := func(content string) (string, error) {
		path := filepath.Join(t.TempDir(), "config.yaml")
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
		var out bytes.Buffer
		err := runAlertsTest(context.Background(), path, "drill", "table", &out)
		return out.String(), err
	}
	out, err := run("exporters:\n  alert:\n    webhooks: [{name: soar, endpoint: \"${env:HOOK}\"}]\n  alert/other:\n    webhooks: [{name: chat, endpoint: \"" + badServer.URL + "\"}]\n")
	require.ErrorIs(t, err, cli.ErrFound)
	require.Regexp(t, `(?s)alert +soar +told.*alert/other +chat +cannot tell that it fires`, out)
	require.Equal(t, []string{"firing", "resolved"}, good.status)

	_, err = run("exporters:\n  debug: {}\n")
	require.ErrorContains(t, err, "no exporter `alert`")
	_, err = run("exporters:\n  alert: {}\n")
	require.ErrorContains(t, err, "`exporters::alert`")
}
