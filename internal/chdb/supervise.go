package chdb

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"syscall"
	"time"

	"go.uber.org/zap"
)

// supervise runs the engine again and again until stop. The first start's
// outcome goes to started; when it fails, that is the end.
func (s *Server) supervise(started chan<- error) {
	defer close(s.done)
	// A child dies with the thread that started it (Pdeathsig), so that thread
	// must stay. It ends with this goroutine, after the last child.
	runtime.LockOSThread()
	var pause time.Duration
	for first := true; ; first = false {
		begun := time.Now()
		err := s.run(func() {
			if first {
				started <- nil
			}
			s.cfg.OnState(nil)
		})
		select {
		case <-s.stop:
			if first {
				started <- err
			}
			return
		default:
		}
		if first && err != nil && !isDown(err) {
			started <- err
			return
		}
		s.cfg.OnState(err)
		pause = s.cfg.backoff.next(pause, time.Since(begun))
		s.cfg.Logger.Error("The embedded engine is down; it is started again.", zap.Error(err), zap.Duration("in", pause))
		if !s.sleep(pause) {
			return
		}
	}
}

// downError is the end of an engine that had served.
type downError struct{ error }

func (e downError) Unwrap() error { return e.error }

func isDown(err error) bool {
	_, ok := err.(downError) //nolint:errorlint // made and read in this file only
	return ok
}

// run is one life of the engine: nil only when it was asked to stop.
func (s *Server) run(serving func()) error {
	begun := time.Now()
	if err := forgetTokens(s.spec.Data); err != nil {
		return err
	}
	p, err := s.launch()
	if err != nil {
		return err
	}
	s.set(p)
	defer s.set(nil)
	ended := make(chan struct{})
	defer close(ended)
	go s.stopOn(p, ended)

	ctx, cancel := context.WithTimeout(context.Background(), startWait)
	defer cancel()
	report, err := p.ready(ctx)
	if err != nil {
		p.end(syscall.SIGKILL)
		return err
	}
	s.mu.Lock()
	s.confinement = report.Confinement
	s.mu.Unlock()
	s.cfg.Logger.Info("The embedded engine serves.",
		zap.String("endpoint", s.Endpoint()), zap.String("version", report.Version), zap.Duration("after", time.Since(begun)),
		zap.Int("pid", p.cmd.Process.Pid), zap.String("confined_by", strings.Join(report.Confinement, ", ")))
	serving()
	if err := p.wait(); err != nil {
		return downError{fmt.Errorf("the engine ended: %w", err)}
	}
	return downError{fmt.Errorf("the engine ended of itself")}
}

// stopOn tells the child to end when the server is to stop, and kills it when
// it does not.
func (s *Server) stopOn(p *process, ended <-chan struct{}) {
	select {
	case <-ended:
		return
	case <-s.stop:
	}
	p.signal(syscall.SIGTERM)
	timer := time.NewTimer(2*shutdownWait + time.Second)
	defer timer.Stop()
	select {
	case <-ended:
	case <-timer.C:
		p.signal(syscall.SIGKILL)
	}
}

func (s *Server) set(p *process) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.current = p
}

// sleep returns false when the server is to stop.
func (s *Server) sleep(pause time.Duration) bool {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-s.stop:
		return false
	case <-timer.C:
		return true
	}
}
