package chdb_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/chdb"
	"github.com/weir-otel/weir/internal/chdb/chdbtest"
)

// reach tries, as the writer, what SQL can do to the machine. Each attempt says
// whether it got through.
func reach(t *testing.T, s *chdbtest.Server) map[string]bool {
	t.Helper()
	folder := t.TempDir()
	secret := filepath.Join(folder, "secret.csv")
	require.NoError(t, os.WriteFile(secret, []byte("found\n"), 0o644)) //nolint:gosec // readable on purpose
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("found\n"))
	}))
	defer web.Close()
	written := filepath.Join(folder, "written.csv")
	got := map[string]bool{}
	for what, statement := range map[string]string{
		"read a file":      fmt.Sprintf("SELECT * FROM file('%s', 'CSV', 'a String')", secret),
		"read /etc/passwd": "SELECT * FROM file('/etc/passwd', 'LineAsString', 'a String') LIMIT 1",
		"read by INFILE":   fmt.Sprintf("INSERT INTO FUNCTION null('a String') FROM INFILE '%s' FORMAT CSV", secret),
		"write by OUTFILE": fmt.Sprintf("SELECT 'x' INTO OUTFILE '%s'", written),
		"write by file()":  fmt.Sprintf("INSERT INTO FUNCTION file('%s.2', 'CSV', 'a String') VALUES ('x')", written),
		"fetch a URL":      fmt.Sprintf("SELECT * FROM url('%s/', 'CSV', 'a String') SETTINGS http_max_tries = 1", web.URL),
	} {
		answer := post(t, s, "max_execution_time=5", statement)
		got[what] = answer.status == http.StatusOK
		t.Logf("%s: %d %s", what, answer.status, strings.TrimSpace(answer.body))
	}
	return got
}

// TestTheEngineReachesNothing holds what the operating system keeps out,
// against a control that shows that the attempts would get through.
func TestTheEngineReachesNothing(t *testing.T) {
	if runtime.GOOS != "linux" {
		return // nothing to confine with; the limits on statements are tested elsewhere
	}
	control := reach(t, chdbtest.StartWith(t, chdb.Unconfined(chdb.Config{})))
	for what, got := range control {
		require.True(t, got, "control: %s", what)
	}
	for _, cfg := range []chdb.Config{{}, chdb.WithSharedNetwork(chdb.Config{})} {
		s := chdbtest.StartWith(t, cfg)
		files, network := holds(s.Confinement())
		t.Logf("confined by %q", s.Confinement())
		for what, got := range reach(t, s) {
			if what == "fetch a URL" {
				require.Equal(t, !network, got, what)
			} else {
				require.Equal(t, !files, got, what)
			}
		}
	}
}

// holds says what the kernel of this machine lets us hold: Landlock denies files
// from its first version on, and TCP from the fourth.
func holds(confinement []string) (files, network bool) {
	for _, one := range confinement {
		var abi int
		if n, _ := fmt.Sscanf(one, "landlock %d", &abi); n == 1 {
			files, network = true, network || abi >= 4
		}
		network = network || one == "network namespace"
	}
	return files, network
}

func TestTheEngineInheritsNoSecrets(t *testing.T) {
	if runtime.GOOS != "linux" {
		return // a process is looked into through /proc
	}
	t.Setenv("SOME_TOKEN", "x")
	s := chdbtest.Start(t)
	environment, err := os.ReadFile(fmt.Sprintf("/proc/%d/environ", s.PID()))
	require.NoError(t, err)
	require.NotContains(t, string(environment), "SOME_TOKEN")
	arguments, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", s.PID()))
	require.NoError(t, err)
	require.NotContains(t, string(arguments), s.Password)
	require.Equal(t, "weir-engine-confined\x00", string(arguments))
}

func TestTheKernelTakesTheEngineFirst(t *testing.T) {
	if runtime.GOOS != "linux" {
		return // there is no such score
	}
	s := chdbtest.Start(t)
	score, err := os.ReadFile(fmt.Sprintf("/proc/%d/oom_score_adj", s.PID()))
	require.NoError(t, err)
	require.Equal(t, "500\n", string(score))
}
