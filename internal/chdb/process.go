package chdb

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"github.com/moby/sys/reexec"
	"go.uber.org/zap"

	"github.com/weir-otel/weir/internal/chdb/internal/child"
)

// process is one run of the engine.
type process struct {
	cmd      *exec.Cmd
	lifeline io.Closer // the child's stdin: it stops when this closes
	report   *os.File
	logs     chan struct{} // closed when stderr has ended
	last     *lastLine
}

// launch starts a child. The calling goroutine must be locked to its thread
// and outlive the child: on Linux the child dies with the thread.
func (s *Server) launch() (*process, error) {
	report, reportEnd, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("cannot open a pipe to the engine: %w", err)
	}
	defer reportEnd.Close() //nolint:errcheck // the child has its own
	settings, settingsEnd, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("cannot open a pipe to the engine: %w", errors.Join(err, report.Close()))
	}
	defer settings.Close() //nolint:errcheck // the child has its own
	p := &process{report: report, logs: make(chan struct{}), last: &lastLine{}}
	for _, ownNetwork := range s.cfg.networks() {
		if err = p.start(s, settings, reportEnd, ownNetwork); err == nil {
			break
		}
	}
	if err == nil {
		// A pipe holds 64 KiB without a reader; the spec is far smaller.
		if err = json.NewEncoder(settingsEnd).Encode(s.spec); err != nil {
			p.end(syscall.SIGKILL)
		}
	}
	if err = errors.Join(err, settingsEnd.Close()); err != nil {
		return nil, fmt.Errorf("cannot start the engine's process: %w", errors.Join(err, report.Close()))
	}
	return p, nil
}

// start runs the executable once more, in a network of its own if asked to.
func (p *process) start(s *Server, settings, report *os.File, ownNetwork bool) error {
	cmd := exec.Command(reexec.Self()) //nolint:gosec // this very executable
	cmd.Args = []string{child.Name}
	cmd.Dir = s.cfg.Directory
	cmd.Env = environment(ownNetwork)
	cmd.ExtraFiles = []*os.File{settings, s.listenerFile, report, s.lock}
	cmd.SysProcAttr = attributes(ownNetwork)
	lifeline, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	stderr, err := cmd.StderrPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	p.cmd, p.lifeline = cmd, lifeline
	go p.relay(stderr, s.cfg.Logger)
	return nil
}

// environment is all the child gets of the parent's: nothing of the
// collector's may be secret there, because statements can read it.
func environment(ownNetwork bool) []string {
	var kept []string
	for _, name := range []string{"TZ", "GOCOVERDIR", "GOTRACEBACK"} {
		if value, ok := os.LookupEnv(name); ok {
			kept = append(kept, name+"="+value)
		}
	}
	if ownNetwork {
		kept = append(kept, child.NetworkVariable+"=own")
	}
	return kept
}

// relay logs what the child complains about, and keeps the last line of it.
func (p *process) relay(stderr io.Reader, logger *zap.Logger) {
	defer close(p.logs)
	lines := bufio.NewReaderSize(stderr, 4096)
	for {
		line, err := lines.ReadSlice('\n')
		if text := strings.TrimSpace(string(line)); text != "" {
			p.last.set(text)
			logger.Warn("engine: " + text)
		}
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return
		}
	}
}

// ready waits for the child's report.
func (p *process) ready(ctx context.Context) (child.Report, error) {
	defer p.report.Close() //nolint:errcheck // read to its end, or not needed
	stop := context.AfterFunc(ctx, func() { _ = p.report.SetReadDeadline(time.Unix(1, 0)) })
	defer stop()
	var report child.Report
	if err := json.NewDecoder(p.report).Decode(&report); err != nil {
		if ctx.Err() != nil {
			err = fmt.Errorf("no sign of life: %w", ctx.Err())
		} else if line := p.last.get(); line != "" {
			err = errors.New(line)
		} else {
			err = errors.New("its process ended")
		}
		return report, fmt.Errorf("cannot start the engine: %w", err)
	}
	if report.Error != "" {
		return report, errors.New(report.Error)
	}
	return report, nil
}

// signal ends the child, politely or not. A child that has ended is fine.
func (p *process) signal(sig syscall.Signal) {
	if err := p.cmd.Process.Signal(sig); err != nil && !errors.Is(err, os.ErrProcessDone) {
		p.last.set(err.Error())
	}
}

// end stops the child and waits for it.
func (p *process) end(sig syscall.Signal) {
	p.signal(sig)
	_ = p.wait() // its exit status is what was asked for
}

// wait returns when the child has ended, with the reason in words.
func (p *process) wait() error {
	<-p.logs
	err := p.cmd.Wait()
	if line := p.last.get(); line != "" && err != nil {
		err = fmt.Errorf("%w: %s", err, line)
	}
	return err
}
