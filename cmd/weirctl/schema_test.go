package main

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/cmd/weirctl/internal/cli"
	"github.com/weir-otel/weir/internal/chdb/chdbtest"
)

func TestSchemaIsPlannedAppliedAndReported(t *testing.T) {
	server := chdbtest.Start(t)
	t.Setenv(passwordEnv, server.Password)
	run := func(args ...string) (string, error) {
		var out bytes.Buffer
		cmd := newSchemaCommand()
		cmd.SilenceUsage, cmd.SilenceErrors = true, true
		cmd.SetOut(&out)
		cmd.SetArgs(append(args, "--clickhouse", server.Endpoint, "--clickhouse-user", server.Username))
		err := cmd.ExecuteContext(t.Context())
		return out.String(), err
	}
	out, err := run("plan", "--retention-days", "7")
	require.NoError(t, err)
	require.Contains(t, out, "CREATE DATABASE IF NOT EXISTS weir;")
	require.Contains(t, out, "INTERVAL 7 DAY")
	out, err = run("status")
	require.ErrorIs(t, err, cli.ErrFound)
	require.Contains(t, out, "missing")
	out, err = run("apply")
	require.NoError(t, err)
	require.NotContains(t, out, "missing")
	out, err = run("status", "-o", "json")
	require.NoError(t, err)
	require.Contains(t, out, `"state": "applied"`)
	out, err = run("plan")
	require.NoError(t, err)
	require.Contains(t, out, "Nothing to do")
}

func TestGrantsArePrintedForEachTenant(t *testing.T) {
	out, err := runCommand(t, newSchemaCommand(), "grants", "--tenant", "acme", "--max-query-seconds", "10")
	require.NoError(t, err)
	require.Contains(t, out, "max_execution_time = 10 MIN 1 MAX 10 CHANGEABLE_IN_READONLY")
	require.Contains(t, out, "AS RESTRICTIVE FOR SELECT USING tenant_id = 'acme' TO weir_analyst_acme;\n")
	_, err = runCommand(t, newSchemaCommand(), "grants", "--tenant", "")
	require.ErrorIs(t, err, cli.ErrUsage)
}
