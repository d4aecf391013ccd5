package main

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/cmd/weirctl/internal/cli"
	"github.com/weir-otel/weir/dashboards"
)

func TestDashboardsRenderWritesWhatGrafanaLoads(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "grafana")
	var out bytes.Buffer
	require.NoError(t, renderDashboards(dir, &out))
	for _, path := range []string{"weir-activity.json", "weir-identity.json", "provisioning/dashboards/weir.yaml", "provisioning/datasources/weir.yaml"} {
		require.FileExists(t, filepath.Join(dir, path))
		require.Contains(t, out.String(), filepath.Join(dir, path))
	}
	content, err := os.ReadFile(filepath.Join(dir, "weir-activity.json"))
	require.NoError(t, err)
	require.Equal(t, dashboards.All()[0].JSON, content)
}

func TestDashboardsApplyPrintsWhatItDid(t *testing.T) {
	var paths []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		paths = append(paths, r.Method+" "+r.URL.Path)
		w.Header().Set("Content-Type", "application/json")
		if r.Method == http.MethodGet {
			w.WriteHeader(http.StatusNotFound)
		}
		_, _ = w.Write([]byte(`{"uid":"weir","url":"/d/weir-activity"}`))
	}))
	defer server.Close()
	tokenFile := filepath.Join(t.TempDir(), "token")
	require.NoError(t, os.WriteFile(tokenFile, []byte("glsa_for_a_test\n"), 0o600))

	var out bytes.Buffer
	f := &applyFlags{grafana: server.URL, tokenFile: tokenFile, url: "http://localhost:8123", output: "table"}
	require.NoError(t, applyDashboards(t.Context(), f, &out))
	require.Equal(t, []string{
		"GET /api/folders/weir", "POST /api/folders",
		"GET /api/datasources/uid/weir", "POST /api/datasources",
		"GET /api/dashboards/uid/weir-activity", "POST /api/dashboards/db",
		"GET /api/dashboards/uid/weir-identity", "POST /api/dashboards/db",
	}, paths)
	for _, want := range []string{"folder", "datasource", "dashboard", "created", "/d/weir-activity"} {
		require.Contains(t, out.String(), want)
	}

	out.Reset()
	f.output, f.url = "json", ""
	require.NoError(t, applyDashboards(t.Context(), f, &out))
	require.NotContains(t, out.String(), "datasource")
	require.True(t, strings.HasPrefix(out.String(), "["))
}

func TestDashboardsApplySaysWhatIsMissing(t *testing.T) {
	t.Setenv(grafanaTokenEnv, "")
	f := func(flags applyFlags, hint string) {
		t.Helper()
		if flags.output == "" {
			flags.output = "table"
		}
		err := applyDashboards(t.Context(), &flags, &bytes.Buffer{})
		require.ErrorIs(t, err, cli.ErrUsage)
		require.ErrorContains(t, err, hint)
	}
	f(applyFlags{output: "xml"}, "table or json")
	f(applyFlags{}, "--grafana is missing")
	f(applyFlags{grafana: "http://localhost:3000"}, grafanaTokenEnv)
	t.Setenv(grafanaTokenEnv, "glsa_for_a_test")
	f(applyFlags{grafana: "localhost"}, "--grafana is no URL")
	f(applyFlags{grafana: "http://localhost:1", url: "localhost"}, "--datasource-url is no URL")
}
