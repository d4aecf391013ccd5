package demo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"time"
)

const (
	startTimeout = 60 * time.Second
	stopTimeout  = 45 * time.Second
	pollEvery    = 100 * time.Millisecond
)

// collector is a running weir process that this demo started.
type collector struct {
	command *exec.Cmd
	log     *os.File
	logPath string
	logFrom int64         // where this process's lines begin: the file may hold an earlier one's
	ended   chan struct{} // closed when the process has ended
	err     error         // why, valid after ended
}

// startCollector starts weir and waits until it reports to be healthy.
func startCollector(ctx context.Context, binary, config string, at layout) (*collector, error) {
	log, err := os.OpenFile(at.log(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("cannot write the collector's log: %w", err)
	}
	from, err := log.Seek(0, io.SeekEnd)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("cannot write the collector's log: %w", err), log.Close())
	}
	c := &collector{command: command(binary, config), log: log, logPath: at.log(), logFrom: from, ended: make(chan struct{})}
	c.command.Stdout, c.command.Stderr = log, log
	if err := c.run(); err != nil {
		return nil, errors.Join(fmt.Errorf("cannot start the collector: %w", err), log.Close())
	}
	if err := c.waitHealthy(ctx, at.health); err != nil {
		return nil, errors.Join(err, c.stop())
	}
	return c, nil
}

// run starts the process and watches it. Both happen on one thread that lives as
// long as the process: on Linux it would not outlive the thread.
func (c *collector) run() error {
	started := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := c.command.Start()
		started <- err
		if err != nil {
			return
		}
		c.err = c.command.Wait()
		close(c.ended)
	}()
	return <-started
}

// command runs in a process group of its own: Ctrl-C reaches this process only,
// which then stops the collector in order. It ends with this process, however
// that ends, where the system can do so.
func command(binary, config string) *exec.Cmd {
	cmd := exec.Command(binary, "--config", config) //nolint:gosec // the path is the user's own, see FindWeir
	cmd.SysProcAttr = attributes()
	return cmd
}

func (c *collector) waitHealthy(ctx context.Context, address string) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	return poll(ctx, pollEvery, func() (bool, error) {
		if err := c.alive(); err != nil {
			return false, err
		}
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+"/", nil)
		if err != nil {
			return false, err
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			return false, nil // not yet
		}
		defer response.Body.Close()
		return response.StatusCode == http.StatusOK, nil
	})
}

// alive fails when the process has ended on its own.
func (c *collector) alive() error {
	select {
	case <-c.ended:
		return fmt.Errorf("the collector ended (%w): %s", c.failure(), c.lastLogLines())
	default:
		return nil
	}
}

func (c *collector) failure() error {
	if c.err == nil {
		return errors.New("exit status 0")
	}
	return c.err
}

// stop ends the process in order, and by force when it does not.
func (c *collector) stop() error {
	if c == nil {
		return nil
	}
	defer c.log.Close()
	select {
	case <-c.ended:
		return nil
	default:
	}
	if err := c.command.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("cannot stop the collector: %w", err)
	}
	select {
	case <-c.ended:
		return nil
	case <-time.After(stopTimeout):
		err := c.command.Process.Kill()
		<-c.ended
		return errors.Join(fmt.Errorf("the collector did not stop within %s and was killed; log: %s", stopTimeout, c.logPath), err)
	}
}

const shownLogBytes = 3000

// lastLogLines is the end of what this process logged, for an error: the
// collector's own last words, where it has any.
func (c *collector) lastLogLines() string {
	content, err := os.ReadFile(c.logPath)
	if err != nil {
		return err.Error()
	}
	content = content[min(int(c.logFrom), len(content)):]
	if i := bytes.LastIndex(content, []byte("\nError: ")); i >= 0 {
		content = content[i:]
	}
	content = content[max(0, len(content)-shownLogBytes):]
	return string(bytes.TrimSpace(content))
}

// poll calls done until it is, fails, or the context ends.
func poll(ctx context.Context, every time.Duration, done func() (bool, error)) error {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		ok, err := done()
		if ok || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-ticker.C:
		}
	}
}
