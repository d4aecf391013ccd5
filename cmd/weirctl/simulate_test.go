package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/cmd/weirctl/internal/cli"
	"github.com/weir-otel/weir/internal/catalog"
)

// simulateWith runs the command and returns what it printed.
func simulateWith(t *testing.T, args ...string) (string, error) {
	t.Helper()
	cmd := newSimulateCommand()
	var out bytes.Buffer
	cmd.SetOut(&out)
	cmd.SetErr(&bytes.Buffer{})
	cmd.SetArgs(args)
	cmd.SilenceErrors, cmd.SilenceUsage = true, true
	err := cmd.ExecuteContext(t.Context())
	return out.String(), err
}

func TestSimulateDryRunSaysWhatWouldBeSent(t *testing.T) {
	dir := t.TempDir()
	args := []string{"--dry-run", "--end", "2026-06-17T14:00:00Z", "--spans", "60000", "--connectors", "60", "--seed", "3"}
	out, err := simulateWith(t, append(args, "--catalog-out", filepath.Join(dir, "catalog.yaml"), "--truth-out", filepath.Join(dir, "truth.json"))...)
	require.NoError(t, err)
	require.Contains(t, out, "Seed 3: 60 connectors")
	require.Contains(t, out, "would be sent, 2026-05-20 14:00 to 2026-06-17 14:00 UTC")
	require.Contains(t, out, "off_hours")

	loaded, err := catalog.Load(filepath.Join(dir, "catalog.yaml"))
	require.NoError(t, err)
	require.NotEmpty(t, loaded.Connectors)

	var truth simulateReport
	raw, err := os.ReadFile(filepath.Join(dir, "truth.json"))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(raw, &truth))
	require.NotEmpty(t, truth.Incidents)
	require.False(t, truth.Sent)
	require.InEpsilon(t, 60_000, truth.Spans, 0.1)

	again, err := simulateWith(t, append(args, "--output", "json")...)
	require.NoError(t, err)
	require.JSONEq(t, string(raw), again)
}

func TestSimulateRefusesWrongUse(t *testing.T) {
	f := func(want string, args ...string) {
		t.Helper()
		_, err := simulateWith(t, args...)
		require.ErrorIs(t, err, cli.ErrUsage)
		require.ErrorContains(t, err, want)
	}
	f("--allow-remote", "--endpoint", "collector.example.com:4317")
	f("--output", "--dry-run", "--output", "xml")
	f("--end", "--dry-run", "--end", "yesterday")
	f("--streams", "--streams", "0")
	f("days: 1", "--dry-run", "--days", "1")
	f("cannot read scenario", "--dry-run", "--scenario", "missing.yaml")
	f("protocol", "--protocol", "smoke-signals")
}
