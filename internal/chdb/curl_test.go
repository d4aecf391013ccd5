package chdb_test

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/chdb/chdbtest"
)

func TestCurl(t *testing.T) {
	path, err := exec.LookPath("curl")
	if err != nil {
		t.Log("no curl on this machine; the other tests send the same by net/http")
		return
	}
	s := chdbtest.Start(t)
	curl := func(want string, args ...string) {
		t.Helper()
		output, err := exec.CommandContext(t.Context(), path, append([]string{"-sS", "-u", s.Username + ":" + s.Password}, args...)...).CombinedOutput()
		require.NoError(t, err, string(output))
		require.Contains(t, string(output), want)
	}
	curl("Ok.", s.Endpoint+"/ping")
	curl("1\n", s.Endpoint+"/?query=SELECT%201")
	curl("", s.Endpoint, "-d", "CREATE TABLE t (a UInt64) ENGINE = MergeTree ORDER BY a")
	curl("", s.Endpoint+"/?query=INSERT%20INTO%20t%20FORMAT%20CSV", "--data-binary", strings.Repeat("7\n", 50_000))
	curl("350000\n", s.Endpoint, "-d", "SELECT sum(a) FROM t")
	curl("{\"x\":1}", "--compressed", s.Endpoint+"/?default_format=JSONEachRow", "-d", "SELECT 1 AS x")
	curl("UNKNOWN_TABLE", s.Endpoint, "-d", "SELECT * FROM nowhere")
	curl("403", "-u", "x:y", "-o", "/dev/null", "-w", "%{http_code}", s.Endpoint, "-d", "SELECT 1")
}

// TestAnInsertThatBreaksOffInsertsNothing sends half of a body and hangs up.
func TestAnInsertThatBreaksOffInsertsNothing(t *testing.T) {
	s := chdbtest.Start(t)
	require.Equal(t, http.StatusOK, post(t, s, "", "CREATE TABLE t (a UInt64) ENGINE = MergeTree ORDER BY a").status)
	connection, err := net.Dial("tcp", s.Host())
	require.NoError(t, err)
	_, err = fmt.Fprintf(connection, "POST /?query=INSERT+INTO+t+FORMAT+CSV&user=%s&password=%s HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n1\n2\n3\n", s.Username, s.Password)
	require.NoError(t, err)
	inserting := func() string {
		return post(t, s, "", "SELECT count() FROM system.processes WHERE query_kind = 'Insert'").body
	}
	require.Eventually(t, func() bool { return inserting() == "1\n" }, 10*time.Second, 5*time.Millisecond)
	require.NoError(t, connection.Close())
	require.Eventually(t, func() bool { return inserting() == "0\n" }, 10*time.Second, 5*time.Millisecond)
	require.Equal(t, "0\n", post(t, s, "", "SELECT count() FROM t").body)
}

func TestManySmallRequestsOnOneConnection(t *testing.T) {
	s := chdbtest.Start(t)
	connection, err := net.Dial("tcp", s.Host())
	require.NoError(t, err)
	defer connection.Close() //nolint:errcheck // a test's connection
	answers := bufio.NewReader(connection)
	for i := range 50 {
		_, err = fmt.Fprintf(connection, "GET /?query=SELECT+%d&user=%s&password=%s HTTP/1.1\r\nHost: x\r\n\r\n", i, s.Username, s.Password)
		require.NoError(t, err)
		response, err := http.ReadResponse(answers, nil)
		require.NoError(t, err)
		line, err := bufio.NewReader(response.Body).ReadString('\n')
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		require.Equal(t, fmt.Sprint(i, "\n"), line)
	}
}
