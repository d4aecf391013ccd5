package main

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/cmd/weirctl/internal/cli"
	"github.com/weir-otel/weir/internal/chdb/chdbtest"
	"github.com/weir-otel/weir/internal/finding"
	"github.com/weir-otel/weir/internal/schema"
)

func TestAlertsListShowsOpenEpisodes(t *testing.T) {
	server := chdbtest.Start(t)
	require.NoError(t, schema.Apply(t.Context(), server.Conn(t, "default"), schema.Options{}))
	require.NoError(t, server.Conn(t, schema.DefaultDatabase).Exec(t.Context(), `
		INSERT INTO findings (fingerprint, started_at, status, rule, severity, tenant_id, connector_id, endpoint, observed, expected, contributors, summary, version) VALUES
		('f1', '2026-03-02 03:00:00', 'firing', 'burst', 'warning', 'acme', 'crm-sync', '', 900, 100, '[{"key":"GET /a","baseline":1,"observed":2}]', 'nine times the usual', 1),
		('f2', '2026-03-02 04:00:00', 'firing', 'exfiltration', 'critical', 'acme', '', 'GET /export', 1e9, 1e6, '[]', 'far more', 1),
		('f3', '2026-03-02 04:00:00', 'pending', 'burst', 'warning', 'beta', 'erp', '', 2, 1, '', 'maybe', 1),
		('f4', '2026-03-02 04:00:00', 'firing', 'burst', 'warning', 'beta', 'erp', '', 2, 1, '', 'was', 1),
		('f4', '2026-03-02 04:00:00', 'resolved', 'burst', 'warning', 'beta', 'erp', '', 2, 1, '', 'over', 2)`))
	t.Setenv(passwordEnv, server.Password)
	list := func(f alertsFlags) (string, error) {
		f.client = &clientFlags{url: server.Endpoint, user: server.Username, database: schema.DefaultDatabase}
		if f.output == "" {
			f.output = "table"
		}
		var out bytes.Buffer
		err := runAlertsList(t.Context(), &f, &out)
		return out.String(), err
	}

	out, err := list(alertsFlags{})
	require.NoError(t, err)
	require.Regexp(t, `(?s)SEVERITY.*critical +unattributed +exfiltration +GET /export +1e\+09.*warning +crm-sync +burst.*nine times`, out)
	require.NotContains(t, out, "erp")

	out, err = list(alertsFlags{output: "json", connector: "crm-sync"})
	require.NoError(t, err)
	var open []finding.Finding
	require.NoError(t, json.Unmarshal([]byte(out), &open))
	require.Len(t, open, 1)
	require.Equal(t, finding.Firing, open[0].Status)
	require.Equal(t, []finding.Contributor{{Key: "GET /a", Baseline: 1, Observed: 2}}, open[0].Contributors)

	out, err = list(alertsFlags{tenant: "beta", exitCode: true})
	require.NoError(t, err)
	require.Contains(t, out, "Nothing unusual")

	_, err = list(alertsFlags{tenant: "beta", pending: true, exitCode: true})
	require.ErrorIs(t, err, cli.ErrFound)

	out, err = list(alertsFlags{connector: `'; DROP TABLE findings --`})
	require.NoError(t, err)
	require.Contains(t, out, "Nothing unusual")
}

func TestAlertsListRefusesWhatItCannotMean(t *testing.T) {
	require.ErrorIs(t, runAlertsList(t.Context(), &alertsFlags{output: "xml"}, &bytes.Buffer{}), cli.ErrUsage)
	require.ErrorIs(t, runAlertsList(t.Context(), &alertsFlags{output: "table", severity: "loud"}, &bytes.Buffer{}), cli.ErrUsage)
}

func TestAlertsAndDashboardsRefuseUnknownArguments(t *testing.T) {
	for _, args := range [][]string{{"alerts", "acknowledge"}, {"alerts", "list", "x"}, {"dashboards", "remove"}, {"dashboards", "apply", "x"}, {"dashboards", "render", "x"}} {
		root := newRoot()
		root.SetArgs(args)
		require.ErrorIs(t, root.Execute(), cli.ErrUsage, args)
	}
}
