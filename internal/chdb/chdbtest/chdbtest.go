// Package chdbtest runs the real engine for tests.
package chdbtest

import (
	"context"
	"net/url"
	"strings"
	"syscall"
	"testing"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/stretchr/testify/require"

	"github.com/weir-otel/weir/internal/chdb"
)

// Server is an engine of a test's own, with an empty data folder.
type Server struct {
	Endpoint string // http://127.0.0.1:port
	Username string // of the writer
	Password string

	t      testing.TB
	server *chdb.Server
}

// Start runs the engine in its supervised process until the test ends. It
// fails, with a hint, where there is no engine library.
func Start(t testing.TB) *Server {
	t.Helper()
	return StartWith(t, chdb.Config{})
}

// StartWith is [Start] with a configuration; address and folder are filled in
// where they are empty.
func StartWith(t testing.TB, cfg chdb.Config) *Server {
	t.Helper()
	if cfg.Endpoint == "" {
		cfg.Endpoint = "127.0.0.1:0"
	}
	if cfg.Directory == "" {
		cfg.Directory = t.TempDir()
	}
	server, err := chdb.Start(context.Background(), cfg)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, server.Shutdown(context.Background())) })
	username, password := server.Credentials()
	return &Server{Endpoint: server.Endpoint(), Username: username, Password: password, t: t, server: server}
}

// Conn is a connection of clickhouse-go over HTTP, as the writer, that closes
// with the test. The database need not exist yet.
func (s *Server) Conn(t testing.TB, database string) driver.Conn {
	t.Helper()
	endpoint, err := url.Parse(s.Endpoint)
	require.NoError(t, err)
	conn, err := clickhouse.Open(&clickhouse.Options{
		Addr: []string{endpoint.Host}, Protocol: clickhouse.HTTP,
		Auth: clickhouse.Auth{Database: database, Username: s.Username, Password: s.Password},
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, conn.Close()) })
	return conn
}

// PID is the number of the engine's process, 0 while it is down.
func (s *Server) PID() int { return s.server.PID() }

// Confinement says what holds the engine's process in.
func (s *Server) Confinement() []string { return s.server.Confinement() }

// Kill ends the engine's process as a crash would (kill -9). Its supervisor
// starts it again.
func (s *Server) Kill() {
	s.t.Helper()
	pid := s.server.PID()
	require.NotZero(s.t, pid, "the engine is down")
	require.NoError(s.t, syscall.Kill(pid, syscall.SIGKILL))
}

// Host is the address without http://.
func (s *Server) Host() string { return strings.TrimPrefix(s.Endpoint, "http://") }
