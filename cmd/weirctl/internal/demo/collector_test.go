package demo

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/confmap"
	"go.uber.org/goleak"
)

// The test binary plays the collector when this is set: to an address on which
// it is healthy until it is told to stop, or to "crash".
const fakeWeir = "DEMO_TEST_FAKE_WEIR"

func TestMain(m *testing.M) {
	switch address := os.Getenv(fakeWeir); address {
	case "":
		goleak.VerifyTestMain(m)
	case "parent":
		fakeDemo()
	case "crash":
		fmt.Fprintln(os.Stderr, "Error: the key is wrong")
		os.Exit(3)
	default:
		stop := make(chan os.Signal, 1)
		signal.Notify(stop, syscall.SIGTERM)
		listener, err := net.Listen("tcp", address)
		if err != nil {
			os.Exit(4)
		}
		server := http.Server{Handler: http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}), ReadHeaderTimeout: time.Second}
		go func() {
			<-stop
			os.Exit(0)
		}()
		fmt.Fprintln(os.Stderr, server.Serve(listener))
	}
}

// fakeDemo is a demo that will be killed: it starts a collector, says so, and waits.
func fakeDemo() {
	at := layout{dir: os.Getenv(fakeDirectory), health: os.Getenv(fakeHealth)}
	if err := os.Setenv(fakeWeir, at.health); err != nil {
		panic(err)
	}
	if _, err := startCollector(context.Background(), os.Args[0], "none", at); err != nil {
		panic(err)
	}
	fmt.Println("up")
	select {}
}

const (
	fakeDirectory = "DEMO_TEST_DIRECTORY"
	fakeHealth    = "DEMO_TEST_HEALTH"
)

func TestTheCollectorDoesNotOutliveAKilledDemo(t *testing.T) {
	if runtime.GOOS != "linux" {
		return // elsewhere a killed demo leaves its collector
	}
	at := fakeLayout(t)
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), fakeWeir+"=parent", fakeDirectory+"="+at.dir, fakeHealth+"="+at.health)
	output, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	line, err := bufio.NewReader(output).ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, "up\n", line)
	require.NoError(t, cmd.Process.Kill())
	require.Error(t, cmd.Wait())
	require.Eventually(t, func() bool {
		connection, err := net.Dial("tcp", at.health)
		if err == nil {
			_ = connection.Close()
		}
		return err != nil
	}, 10*time.Second, 10*time.Millisecond)
}

func fakeLayout(t *testing.T) layout {
	t.Helper()
	at, err := newLayout(t.TempDir(), "http://127.0.0.1:1/alerts")
	require.NoError(t, err)
	return at
}

func TestCollectorIsAwaitedAndStopped(t *testing.T) {
	at := fakeLayout(t)
	t.Setenv(fakeWeir, at.health)
	c, err := startCollector(t.Context(), os.Args[0], "none", at)
	require.NoError(t, err)
	require.NoError(t, c.alive())
	require.NoError(t, c.stop())
	require.ErrorContains(t, c.alive(), "ended")
	require.NoError(t, c.stop(), "a second time")
	http.DefaultClient.CloseIdleConnections()
}

func TestACollectorThatEndsAtOnceIsAnErrorWithItsLog(t *testing.T) {
	at := fakeLayout(t)
	t.Setenv(fakeWeir, "crash")
	_, err := startCollector(t.Context(), os.Args[0], "none", at)
	require.ErrorContains(t, err, "the key is wrong")
	require.ErrorContains(t, err, "exit status 3")
}

func TestPortsDiffer(t *testing.T) {
	addresses, err := freeAddresses(6)
	require.NoError(t, err)
	seen := map[string]bool{}
	for _, a := range addresses {
		require.False(t, seen[a])
		seen[a] = true
	}
}

func TestConfigurationsDifferByTheirParts(t *testing.T) {
	at := fakeLayout(t)
	read := func(with parts) string {
		path, err := at.configOf("weir.yaml", with)
		require.NoError(t, err)
		content, err := os.ReadFile(path)
		require.NoError(t, err)
		return string(content)
	}
	whole := read(parts{redact: true, catchUp: 25 * time.Hour})
	require.Contains(t, whole, "catch_up: 25h0m0s")
	require.Contains(t, whole, "identity, redact]")
	require.Contains(t, whole, at.webhook)
	bare := read(parts{})
	require.NotContains(t, bare, "redact")
	require.NotContains(t, bare, "baseline")
}

func TestAFolderMayHaveAnyName(t *testing.T) {
	at, err := newLayout(filepath.Join(t.TempDir(), "it's a {folder}, #1: $HOME"), "http://127.0.0.1:1/alerts")
	require.NoError(t, err)
	path, err := at.configOf("weir.yaml", parts{redact: true, catchUp: time.Hour})
	require.NoError(t, err)
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	retrieved, err := confmap.NewRetrievedFromYAML(content)
	require.NoError(t, err)
	conf, err := retrieved.AsConf()
	require.NoError(t, err)
	f := func(key, path string) {
		t.Helper()
		require.Equal(t, strings.ReplaceAll(path, "$", "$$"), conf.Get(key), "the collector makes one $ of two")
	}
	f("receivers::baseline::catalog::file", at.catalog())
	f("extensions::embedded_clickhouse::directory", at.engine())
	f("exporters::clickhouse_store::directory", at.segments())
	f("exporters::alert::directory", at.alerts())
}

func TestWebhookTakesJSONOnly(t *testing.T) {
	hook, err := startWebhook()
	require.NoError(t, err)
	_, err = url.Parse(hook.url)
	require.NoError(t, err)
	post := func(body string) int {
		response, err := http.Post(hook.url, "application/json", strings.NewReader(body))
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		return response.StatusCode
	}
	require.Equal(t, http.StatusOK, post(`{"status":"firing"}`))
	require.Equal(t, http.StatusBadRequest, post(`{"status"`))
	require.Len(t, hook.received(), 1)
	require.NoError(t, hook.stop())
	http.DefaultClient.CloseIdleConnections()
}

func TestOnlyAnEmptyFolderIsTaken(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, requireEmpty(dir))
	require.NoError(t, requireEmpty(filepath.Join(dir, "new")))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "precious"), nil, 0o600))
	require.ErrorContains(t, requireEmpty(dir), "not empty")
}

func TestFindWeirSaysWhatToDo(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	_, err := FindWeir("")
	require.ErrorContains(t, err, "make build")
	_, err = FindWeir("/nonexistent/weir")
	require.ErrorContains(t, err, "--weir")
	self, err := FindWeir(os.Args[0])
	require.NoError(t, err)
	require.FileExists(t, self)
}
