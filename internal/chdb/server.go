package chdb

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"sync"
	"syscall"

	"github.com/weir-otel/weir/internal/chdb/credential"
	"github.com/weir-otel/weir/internal/chdb/internal/child"
	"github.com/weir-otel/weir/internal/chdb/internal/httpapi"
)

// Server is a running engine and its supervisor.
type Server struct {
	cfg          Config
	spec         child.Spec
	listener     net.Listener
	address      string // of the listener; stays when it is closed
	listenerFile *os.File
	lock         *os.File

	stop chan struct{} // closed by Shutdown
	done chan struct{} // closed when the supervisor has ended
	once sync.Once

	mu          sync.Mutex // guards everything below
	current     *process   // nil while the engine is down
	confinement []string
}

// Start takes the folder and the port, and starts the engine. It returns when
// the engine serves, or why it does not. From then on the engine is started
// again whenever it ends, until Shutdown.
func Start(ctx context.Context, cfg Config) (*Server, error) {
	if err := cfg.fill(); err != nil {
		return nil, err
	}
	s := &Server{cfg: cfg, stop: make(chan struct{}), done: make(chan struct{})}
	if err := s.prepare(ctx); err != nil {
		return nil, errors.Join(err, s.release())
	}
	started := make(chan error, 1)
	go s.supervise(started)
	var err error
	select {
	case err = <-started:
	case <-ctx.Done():
		err = ctx.Err()
	}
	if err != nil {
		return nil, errors.Join(err, s.Shutdown(context.WithoutCancel(ctx)))
	}
	return s, nil
}

// prepare takes everything that outlives a single run of the engine.
func (s *Server) prepare(ctx context.Context) error {
	if s.cfg.Library == "" {
		path, err := Find()
		if err != nil {
			return err
		}
		s.cfg.Library = path
	}
	directory, err := filepath.Abs(s.cfg.Directory)
	if err != nil {
		return fmt.Errorf("cannot find the engine's folder: %w", err)
	}
	s.cfg.Directory = directory
	// The folder is closed to others below, which must not happen to /tmp.
	if info, err := os.Stat(directory); err == nil && info.Mode()&os.ModeSticky != 0 {
		return fmt.Errorf("cannot use %q as the engine's folder: it is shared with other users; name a folder in it, e.g. %s", directory, filepath.Join(directory, "weir"))
	}
	data := filepath.Join(directory, "data")
	if err := os.MkdirAll(data, 0o700); err != nil {
		return fmt.Errorf("cannot make the engine's folder: %w", err)
	}
	if err := os.Chmod(directory, 0o700); err != nil { //nolint:gosec // a folder needs x
		return fmt.Errorf("cannot keep others out of the engine's folder: %w", err)
	}
	if s.lock, err = lock(ctx, directory); err != nil {
		return err
	}
	if err := s.listen(ctx); err != nil {
		return err
	}
	if s.cfg.Writer.Password == "" {
		s.cfg.Writer.Password = rand.Text()
	}
	s.spec = s.cfg.spec(data)
	return credential.Write(directory, credential.Credential{Endpoint: s.Endpoint(), Username: s.cfg.Writer.Name, Password: s.cfg.Writer.Password})
}

func (s *Server) listen(ctx context.Context) error {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", s.cfg.Endpoint)
	if err != nil {
		return fmt.Errorf("cannot listen on %q: %w", s.cfg.Endpoint, err)
	}
	s.listener, s.address = listener, listener.Addr().String()
	tcp, ok := listener.(*net.TCPListener)
	if !ok {
		return fmt.Errorf("cannot hand over a listener of type %T", listener)
	}
	if s.listenerFile, err = tcp.File(); err != nil {
		return fmt.Errorf("cannot hand over the listener: %w", err)
	}
	return nil
}

// spec is what every child is told.
func (c *Config) spec(data string) child.Spec {
	users := []httpapi.User{{Name: c.Writer.Name, Password: c.Writer.Password}}
	if c.Reader != nil {
		users = append(users, httpapi.User{Name: c.Reader.Name, Password: c.Reader.Password, ReadOnly: true, Settings: c.Reader.Settings})
	}
	var databases []string
	if c.Reader != nil {
		databases = c.Reader.Databases
	}
	return child.Spec{
		Library: c.Library, Data: data, ReaderDatabases: databases, MemoryLimit: c.MemoryLimit, MaxThreads: c.MaxThreads, MaxBody: c.MaxRequestBody,
		MaxQueries: c.MaxQueries, Users: users, Unconfined: c.unconfined, ShutdownWait: int64(shutdownWait),
	}
}

// Endpoint is the address the engine serves, http://host:port.
func (s *Server) Endpoint() string { return "http://" + s.address }

// Credentials are the writer's.
func (s *Server) Credentials() (username, password string) {
	return s.cfg.Writer.Name, s.cfg.Writer.Password
}

// PID is the number of the engine's process, 0 while it is down.
func (s *Server) PID() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current == nil {
		return 0
	}
	return s.current.cmd.Process.Pid
}

// Confinement says what holds the engine's process in, e.g. "landlock 7",
// "network namespace": what the kernel and the collector's rights allow.
func (s *Server) Confinement() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.confinement
}

// Shutdown lets running statements end and stops the engine. When ctx ends
// before that, the engine is killed: what it acknowledged is on disk.
func (s *Server) Shutdown(ctx context.Context) error {
	s.once.Do(func() { close(s.stop) })
	select {
	case <-s.done:
	case <-ctx.Done():
		s.kill()
		<-s.done
	}
	return s.release()
}

// kill ends the present child at once.
func (s *Server) kill() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current != nil {
		s.current.signal(syscall.SIGKILL)
	}
}

// release gives back what prepare took.
func (s *Server) release() error {
	var errs []error
	if s.listener != nil {
		errs = append(errs, s.listener.Close())
	}
	if s.listenerFile != nil {
		errs = append(errs, s.listenerFile.Close())
	}
	if s.spec.Data != "" {
		errs = append(errs, credential.Remove(s.cfg.Directory))
	}
	if s.lock != nil {
		errs = append(errs, s.lock.Close())
	}
	s.listener, s.listenerFile, s.lock, s.spec.Data = nil, nil, nil, ""
	return errors.Join(errs...)
}
