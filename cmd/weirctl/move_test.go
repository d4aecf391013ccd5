package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/cmd/weirctl/internal/cli"
	"github.com/weir-otel/weir/internal/chdb"
	"github.com/weir-otel/weir/internal/chdb/chdbtest"
	"github.com/weir-otel/weir/internal/schema"
)

// runCommand runs one command and returns what it printed.
func runCommand(t *testing.T, cmd *cobra.Command, args ...string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	cmd.SilenceUsage, cmd.SilenceErrors = true, true
	cmd.SetOut(&out)
	cmd.SetErr(&bytes.Buffer{})
	cmd.SetArgs(args)
	err := cmd.ExecuteContext(t.Context())
	return out.String(), err
}

// A data folder whose collector has stopped goes to a server, and from there to
// a backup and back.
func TestADataFolderIsMovedBackedUpAndRestored(t *testing.T) {
	folder := t.TempDir()
	fillDataFolder(t, folder)
	server := chdbtest.Start(t)
	t.Setenv(passwordEnv, server.Password)
	client := []string{"--clickhouse", server.Endpoint, "--clickhouse-user", server.Username, "--compat-database", ""}

	out, err := runCommand(t, newMoveCommand(), append(client, "--from", folder)...)
	require.NoError(t, err)
	require.Contains(t, out, "2 partitions (0 were there), 42 rows")

	backup := filepath.Join(t.TempDir(), "backup")
	_, err = runCommand(t, newBackupCommand(), "--to", backup, "--clickhouse", server.Endpoint, "--clickhouse-user", server.Username)
	require.NoError(t, err)
	out, err = runCommand(t, newRestoreCommand(), append(client, "--from", backup, "--database", "again", "-o", "json")...)
	require.NoError(t, err)
	require.Contains(t, out, `"rows": 42`)
	var rows uint64
	require.NoError(t, server.Conn(t, "again").QueryRow(t.Context(), "SELECT count() FROM spans WHERE name = 'GET'").Scan(&rows))
	require.EqualValues(t, 41, rows)
}

// fillDataFolder leaves 41 spans and a finding in the engine of a data folder.
func fillDataFolder(t *testing.T, folder string) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Join(folder, embeddedDirName), 0o700))
	var server *chdbtest.Server
	t.Run("fill", func(t *testing.T) { // the engine ends with it
		server = chdbtest.StartWith(t, chdb.Config{Directory: filepath.Join(folder, embeddedDirName)})
		require.NoError(t, schema.Apply(t.Context(), server.Conn(t, "default"), schema.Options{}))
		conn := server.Conn(t, "weir")
		require.NoError(t, conn.Exec(t.Context(), "INSERT INTO spans (timestamp, name) SELECT toStartOfDay(now64(9)), 'GET' FROM numbers(41)"))
		require.NoError(t, conn.Exec(t.Context(), "INSERT INTO findings (fingerprint, started_at) SELECT 'f', now64(3)"))
	})
}

func TestMovesWithoutASourceAreWrongUsage(t *testing.T) {
	_, err := runCommand(t, newMoveCommand())
	require.ErrorIs(t, err, cli.ErrUsage)
	_, err = runCommand(t, newBackupCommand())
	require.ErrorIs(t, err, cli.ErrUsage)
	_, err = runCommand(t, newRestoreCommand())
	require.ErrorIs(t, err, cli.ErrUsage)
	_, err = runCommand(t, newRestoreCommand(), "--from", "x", "--move-after-days", "3")
	require.ErrorIs(t, err, cli.ErrUsage)
}
