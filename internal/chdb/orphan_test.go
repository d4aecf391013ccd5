package chdb_test

import (
	"bufio"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/moby/sys/reexec"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/weir-otel/weir/internal/chdb"
)

const parentName = "weir-test-parent"

func init() {
	reexec.Register(parentName, parent)
	if reexec.Init() {
		os.Exit(0)
	}
}

// parent is a collector that will be killed: it starts an engine in the folder
// it is started in, says its number, and waits.
func parent() {
	server, err := chdb.Start(context.Background(), chdb.Config{Endpoint: "127.0.0.1:0", Directory: "."})
	if err != nil {
		panic(err)
	}
	if err := json.NewEncoder(os.Stdout).Encode(server.PID()); err != nil {
		panic(err)
	}
	select {}
}

func TestTheEngineDiesWithItsParent(t *testing.T) {
	folder := t.TempDir()
	cmd := exec.CommandContext(t.Context(), reexec.Self())
	cmd.Args, cmd.Dir, cmd.Stderr = []string{parentName}, folder, os.Stderr
	output, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	var pid int
	require.NoError(t, json.NewDecoder(bufio.NewReader(output)).Decode(&pid))
	require.NoError(t, cmd.Process.Kill())
	require.Error(t, cmd.Wait())
	gone := func() bool { return unix.Kill(pid, 0) != nil }
	require.Eventually(t, gone, 10*time.Second, 10*time.Millisecond)

	server, err := chdb.Start(t.Context(), chdb.Config{Endpoint: "127.0.0.1:0", Directory: folder})
	require.NoError(t, err, "the folder is free")
	require.NoError(t, server.Shutdown(t.Context()))
}
