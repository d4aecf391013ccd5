package e2e

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const (
	startTimeout = 60 * time.Second
	stopTimeout  = 30 * time.Second
	dataTimeout  = 60 * time.Second
	runTimeout   = 8 * time.Minute // compiling from nothing
	pollInterval = 100 * time.Millisecond
)

// process is a program under test.
type process struct {
	cmd  *exec.Cmd
	log  *lockedBuffer
	done chan struct{}
	err  error // set when done is closed
}

// start runs a program until the test ends. Its output is shown when the test fails.
func start(t *testing.T, name string, args ...string) *process {
	t.Helper()
	p := &process{cmd: exec.Command(name, args...), log: &lockedBuffer{}, done: make(chan struct{})}
	p.cmd.Stdout, p.cmd.Stderr = p.log, p.log
	require.NoError(t, p.cmd.Start())
	go func() {
		p.err = p.cmd.Wait()
		close(p.done)
	}()
	t.Cleanup(func() {
		p.stop(t)
		if t.Failed() {
			t.Logf("output of %s:\n%s", filepath.Base(name), p.log.String())
		}
	})
	return p
}

// stop asks the process to end and waits for it.
func (p *process) stop(t *testing.T) {
	t.Helper()
	p.signal(t, syscall.SIGTERM)
	select {
	case <-p.done:
	case <-time.After(stopTimeout):
		p.signal(t, syscall.SIGQUIT) // its goroutines are in the log then
		<-p.done
		t.Errorf("%s did not end within %s of SIGTERM", p.cmd.Path, stopTimeout)
	}
}

// kill ends it as a crash would.
func (p *process) kill(t *testing.T) {
	t.Helper()
	p.signal(t, syscall.SIGKILL)
	<-p.done
}

func (p *process) signal(t *testing.T, signal syscall.Signal) {
	t.Helper()
	if err := p.cmd.Process.Signal(signal); !errors.Is(err, os.ErrProcessDone) {
		require.NoError(t, err)
	}
}

func (p *process) running() bool {
	select {
	case <-p.done:
		return false
	default:
		return true
	}
}

// awaitOK waits until url answers 200, or fails when the process ends before.
func (p *process) awaitOK(t *testing.T, url string) {
	t.Helper()
	await(t, startTimeout, "an answer from "+url, func() bool {
		if !p.running() {
			t.Fatalf("%s ended early: %v\n%s", p.cmd.Path, p.err, p.log.String())
		}
		resp, err := http.Get(url) //nolint:noctx // the client's own time limit is enough
		if err != nil {
			return false
		}
		resp.Body.Close()
		return resp.StatusCode == http.StatusOK
	})
}

// run runs a program to its end and returns what it printed on standard output.
func run(t *testing.T, name string, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), runTimeout)
	defer cancel()
	var out, errOut bytes.Buffer
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Stdout, cmd.Stderr = &out, &errOut
	require.NoError(t, cmd.Run(), "%s %v\n%s%s", name, args, &out, &errOut)
	return out.String()
}

func await(t *testing.T, limit time.Duration, what string, done func() bool) {
	t.Helper()
	deadline := time.After(limit)
	tick := time.NewTicker(pollInterval)
	defer tick.Stop()
	for !done() {
		select {
		case <-tick.C:
		case <-deadline:
			require.FailNow(t, "waited "+limit.String()+" in vain for "+what)
		}
	}
}

// drawn are the ports that listenAddress has given.
var drawn sync.Map

// listenAddress is a free loopback address that the kernel gives to no client: a
// sender that tries again while nobody listens could be given the very port it
// wants to reach, and the collector could not have it back. None is given twice:
// a node that is down would find another at its address.
func listenAddress(t *testing.T) string {
	t.Helper()
	const low, high = 20_000, 32_000
	for range 100 {
		number := low + rand.IntN(high-low)
		if _, known := drawn.LoadOrStore(number, true); known {
			continue
		}
		listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", number))
		if err == nil {
			defer listener.Close()
			return listener.Addr().String()
		}
	}
	require.FailNow(t, "no free port")
	return ""
}

// lockedBuffer takes the output of a process while a test reads it.
type lockedBuffer struct {
	mu     sync.Mutex
	buffer bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buffer.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buffer.String()
}
