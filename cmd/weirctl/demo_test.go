package main

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/cmd/weirctl/internal/cli"
)

func TestDemoRefusesWrongUse(t *testing.T) {
	f := func(want string, args ...string) {
		t.Helper()
		cmd := newDemoCommand()
		cmd.SetOut(&bytes.Buffer{})
		cmd.SetErr(&bytes.Buffer{})
		cmd.SetArgs(args)
		cmd.SilenceErrors, cmd.SilenceUsage = true, true
		err := cmd.ExecuteContext(t.Context())
		require.ErrorIs(t, err, cli.ErrUsage)
		require.ErrorContains(t, err, want)
	}
	f("--output", "--output", "xml")
	f("--end", "--end", "yesterday")
	f("last five days", "--end", "2020-01-01T00:00:00Z")
	f("last five days", "--end", time.Now().Add(time.Hour).Format(time.RFC3339))
}
