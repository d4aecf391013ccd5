package child

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"runtime"
	"strings"
	"syscall"
	"time"

	"github.com/moby/sys/reexec"

	"github.com/weir-otel/weir/internal/chdb/internal/httpapi"
	"github.com/weir-otel/weir/internal/chdb/internal/libchdb"
)

// The package becomes the process when it is started as one: in weir, weirctl
// and every test binary that imports it, without a line in their main.
func init() {
	reexec.Register(Name, func() { run(confine) })
	reexec.Register(confinedName, func() { run(serve) })
	if reexec.Init() {
		os.Exit(0)
	}
}

// run calls a stage of the child, and reports an error to the supervisor.
func run(stage func(*Spec) error) {
	file := os.NewFile(FileSpec, "spec")
	spec, err := readSpec(file)
	if err == nil {
		err = stage(spec)
	}
	// The first stage hands the second one its spec under the same number: a
	// collected file would close that.
	runtime.KeepAlive(file)
	if err != nil {
		report(Report{Error: err.Error()})
		os.Exit(1)
	}
}

func readSpec(r io.Reader) (*Spec, error) {
	spec := &Spec{}
	if err := json.NewDecoder(r).Decode(spec); err != nil {
		return nil, fmt.Errorf("cannot read the engine's settings from its supervisor: %w", err)
	}
	return spec, nil
}

// report tells the supervisor, once. A supervisor that is gone needs no answer.
func report(r Report) {
	file := os.NewFile(FileReport, "report")
	_ = json.NewEncoder(file).Encode(r)
	_ = file.Close()
}

// serve starts the engine and answers requests until it is told to stop.
func serve(spec *Spec) error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	orphaned := make(chan struct{})
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin) // ends with the supervisor
		close(orphaned)
	}()
	listener, err := net.FileListener(os.NewFile(FileListener, "listener"))
	if err != nil {
		return fmt.Errorf("cannot take over the listener: %w", err)
	}
	library, err := libchdb.Load(spec.Library)
	if err != nil {
		return err
	}
	first, err := library.Boot(spec.arguments()...)
	if err != nil {
		return err
	}
	handler, version, err := spec.handler(library, first)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 30 * time.Second, IdleTimeout: 5 * time.Minute, MaxHeaderBytes: 1 << 20}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	report(Report{Version: version, Confinement: spec.Confinement})
	select {
	case err := <-served:
		return fmt.Errorf("cannot serve: %w", err)
	case <-orphaned:
		return shutdown(server, first, orphanWait)
	case <-ctx.Done():
		return shutdown(server, first, time.Duration(spec.ShutdownWait))
	}
}

// orphanWait is what running statements get when the supervisor is gone: the
// next one waits for the folder.
const orphanWait = time.Second

// shutdown lets running statements end, then the engine. When they do not end
// in time the process goes anyway: what was acknowledged is on disk.
func shutdown(server *http.Server, first *libchdb.Conn, wait time.Duration) error {
	time.AfterFunc(2*wait, func() { os.Exit(2) })
	ctx, cancel := context.WithTimeout(context.Background(), wait)
	defer cancel()
	if err := server.Shutdown(ctx); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("cannot stop serving: %w", err)
	}
	if ctx.Err() == nil {
		first.Close() // ends the engine; not while statements run
	}
	return nil
}

// arguments are the engine's command line.
func (s *Spec) arguments() []string {
	return []string{
		"--path=" + s.Data, "--",
		fmt.Sprintf("--max_server_memory_usage=%d", s.MemoryLimit),
		fmt.Sprintf("--mark_cache_size=%d", s.MemoryLimit/16),
		fmt.Sprintf("--index_mark_cache_size=%d", s.MemoryLimit/64),
	}
}

// handler asks the engine who it is, and makes the HTTP interface.
func (s *Spec) handler(library *libchdb.Library, first *libchdb.Conn) (*httpapi.Handler, string, error) {
	result, err := first.Query("SELECT version(), timezone(), displayName()", "TabSeparatedRaw")
	if err != nil {
		return nil, "", fmt.Errorf("cannot ask the engine for its version: %w", err)
	}
	defer result.Close()
	fields := strings.Split(strings.TrimSpace(string(result.Bytes())), "\t")
	if len(fields) != 3 {
		return nil, "", fmt.Errorf("cannot ask the engine for its version: it says %q", fields)
	}
	cfg := httpapi.Config{
		Library: library, Path: s.Data, Users: s.Users, Guard: s.guard, ReaderMaySet: readerMaySet, MaxBody: s.MaxBody, MaxQueries: s.MaxQueries,
		Version: fields[0], Timezone: fields[1], Name: fields[2],
	}
	// The engine would take one thread for each GiB that is free (4 GiB for an
	// INSERT's): with the default limit that is one, however many cores there are.
	cfg.SessionArgs = []string{"--max_threads_min_free_memory_per_thread=0", "--max_insert_threads_min_free_memory_per_thread=0"}
	if s.MaxThreads > 0 {
		cfg.SessionArgs = append(cfg.SessionArgs, fmt.Sprintf("--max_threads=%d", s.MaxThreads), fmt.Sprintf("--max_insert_threads=%d", s.MaxThreads))
	}
	return httpapi.New(cfg), fields[0], nil
}
