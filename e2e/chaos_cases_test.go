package e2e

import (
	"bytes"
	"crypto/rand"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const (
	// betweenKills is how long the load goes on at most before the next kill.
	betweenKills = 3 * time.Second
	// rowsBetween kills must be acknowledged, so that each kill has something to lose.
	rowsBetween = 2000
	// outage is how long a fault of the surroundings lasts.
	outage = 10 * time.Second
)

// killing kills at random times under load.
func killing(kill func(*plant, *testing.T)) func(*testing.T, *chaosCase) *plant {
	return func(t *testing.T, c *chaosCase) *plant {
		t.Helper()
		p := newPlant(t, c, nil)
		p.rounds(t, c.rounds, func() { kill(p, t) })
		return p
	}
}

// rounds kills again and again, each time with something to lose, and starts the
// collector where it has ended.
func (p *plant) rounds(t *testing.T, n int, kill func()) {
	t.Helper()
	for range n {
		p.awaitAcknowledged(t, settleTimeout, rowsBetween)
		p.pause(betweenKills)
		kill()
		if !p.collector.running() {
			p.startCollector(t)
		}
	}
	p.awaitAcknowledged(t, settleTimeout, rowsBetween)
}

// killedWhileSealing kills when a sealed segment appears: others of the steps
// from .open to .seg to .sent are under way then.
func killedWhileSealing(t *testing.T, c *chaosCase) *plant {
	t.Helper()
	p := newPlant(t, c, func(n *node) { n.MaxAge = 50 * time.Millisecond })
	p.rounds(t, c.rounds, func() {
		require.True(t, p.awaitNewSegment([]string{".seg", ".open", ".tmp"}[p.random.IntN(2)], settleTimeout))
		p.killCollector(t)
	})
	return p
}

// killedWhileRecovering kills, and again within the first second of the start.
func killedWhileRecovering(t *testing.T, c *chaosCase) *plant {
	t.Helper()
	p := newPlant(t, c, nil)
	p.rounds(t, max(1, c.rounds/2), func() {
		p.killBoth(t)
		p.collector.launch(t)
		p.pause(time.Second)
		p.killBoth(t)
	})
	return p
}

// killedWhileRecomputing kills the collector, or the engine, when a statement of
// the recompute passes.
func killedWhileRecomputing(t *testing.T, c *chaosCase) *plant {
	t.Helper()
	p := newPlant(t, c, nil)
	writes := []string{"INSERT INTO actions", "INSERT INTO connector_5m", "INSERT INTO connector_hours", "INSERT INTO recompute_queue", "INSERT INTO trace_connectors"}
	p.rounds(t, c.rounds, func() {
		wanted := writes[p.random.IntN(len(writes))]
		seen := make(chan struct{}, 1)
		p.proxy.watch(func(statement string) {
			if strings.Contains(statement, wanted) {
				select {
				case seen <- struct{}{}:
				default:
				}
			}
		})
		select {
		case <-seen:
		case <-time.After(settleTimeout):
			require.FailNow(t, "no recompute came by", wanted)
		}
		p.proxy.watch(nil)
		p.pause(50 * time.Millisecond)
		if p.random.IntN(2) == 0 {
			p.killCollector(t)
		} else {
			p.killEngine(t)
		}
	})
	return p
}

// killedWhileMerging kills the engine when it merges parts.
func killedWhileMerging(t *testing.T, c *chaosCase) *plant {
	t.Helper()
	p := newPlant(t, c, nil)
	p.rounds(t, c.rounds, func() {
		conn := p.conn(t)
		await(t, settleTimeout, "a merge", func() bool {
			var n uint64
			err := conn.QueryRow(t.Context(), "SELECT count() FROM system.merges").Scan(&n)
			return err == nil && n > 0
		})
		p.killEngine(t)
	})
	return p
}

// tornTail kills while requests are being written whose answers nobody waits
// for, and then cuts or garbles the segment behind what was acknowledged.
func tornTail(t *testing.T, c *chaosCase) *plant {
	t.Helper()
	p := newPlant(t, c, func(n *node) { n.MaxAge = 5 * time.Second })
	for round := range c.rounds {
		p.awaitAcknowledged(t, settleTimeout, rowsBetween)
		p.pause(betweenKills)
		p.end()
		keep := p.openSizes(t)
		p.insist, p.deaf = 0, true
		p.start(t, c.seed+uint64(2*round+1)<<32)
		await(t, settleTimeout, "requests without an answer", func() bool {
			for path, size := range p.openSizes(t) {
				if size > keep[path] {
					return true
				}
			}
			return false
		})
		p.killCollector(t)
		p.end()
		for path, size := range p.openSizes(t) {
			if size > keep[path] {
				tear(t, p, path, keep[path])
			}
		}
		p.insist, p.deaf = 0.5, false
		p.start(t, c.seed+uint64(2*round+2)<<32)
		p.startCollector(t)
	}
	p.awaitAcknowledged(t, settleTimeout, rowsBetween)
	return p
}

// openSizes are the sizes of the segments that are not sealed.
func (p *plant) openSizes(t *testing.T) map[string]int64 {
	t.Helper()
	sizes := map[string]int64{}
	for _, path := range p.segments(".open") {
		if info, err := os.Stat(path); err == nil { // else it was sealed meanwhile
			sizes[path] = info.Size()
		}
	}
	return sizes
}

// tear cuts the file somewhere behind keep, or puts noise there.
func tear(t *testing.T, p *plant, path string, keep int64) {
	t.Helper()
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	cut := keep + p.random.Int64N(int64(len(content))-keep+1)
	noise := []byte{}
	switch p.random.IntN(3) {
	case 0:
	case 1:
		noise = make([]byte, int64(len(content))-cut)
		_, err = rand.Read(noise)
		require.NoError(t, err)
	case 2:
		noise = bytes.Repeat([]byte{0}, 4096) // what a file system leaves of a block that was not written
	}
	require.NoError(t, os.WriteFile(path, append(content[:cut:cut], noise...), 0o600))
}

// impolite senders hang up before the answer and send the same bytes again,
// while the collector is killed in between.
func impolite(t *testing.T, c *chaosCase) *plant {
	t.Helper()
	p := newPlant(t, c, nil)
	p.end()
	p.impolite, p.repeat, p.insist = 0.3, 0.3, 1
	p.start(t, c.seed+1<<32)
	p.rounds(t, c.rounds, func() { p.killCollector(t) })
	_, _, repeated := p.answered()
	require.Positive(t, repeated)
	return p
}

// killedAmongFaults kills by turns while a fifth of the statements fail.
func killedAmongFaults(t *testing.T, c *chaosCase) *plant {
	t.Helper()
	p := newPlant(t, c, nil)
	p.proxy.fail(0.2, faultRefuse, faultReset, faultLose, faultAnswer500, faultSlow)
	p.rounds(t, c.rounds, func() {
		[]func(*testing.T){p.killCollector, p.killEngine, p.killBoth}[p.random.IntN(3)](t)
	})
	p.proxy.requireStruck(t)
	p.proxy.fail(0)
	return p
}

// faulty gives a share of the statements a fault for a while.
func faulty(share float64, faults ...fault) func(*testing.T, *chaosCase) *plant {
	return func(t *testing.T, c *chaosCase) *plant {
		t.Helper()
		p := newPlant(t, c, nil)
		p.proxy.fail(share, faults...)
		<-time.After(outage)
		p.proxy.requireStruck(t)
		p.proxy.fail(0)
		p.awaitAcknowledged(t, settleTimeout, rowsBetween)
		return p
	}
}

// down: ClickHouse is away, and comes back.
func down(t *testing.T, c *chaosCase) *plant {
	t.Helper()
	return faulty(1, faultRefuse)(t, c)
}

// restarted stops the engine's process in peace and starts it again.
func restarted(t *testing.T, c *chaosCase) *plant {
	t.Helper()
	p := newPlant(t, c, nil)
	for range 2 {
		p.awaitAcknowledged(t, settleTimeout, rowsBetween)
		p.engine.stop(t)
		p.awaitAcknowledged(t, settleTimeout, rowsBetween)
		p.engine.launch(t)
		p.engine.awaitReady(t)
	}
	p.awaitAcknowledged(t, settleTimeout, rowsBetween)
	return p
}

// folderFull lets max_disk_mib be reached while ClickHouse is away.
func folderFull(t *testing.T, c *chaosCase) *plant {
	t.Helper()
	p := newPlant(t, c, func(n *node) { n.MaxDiskMiB = 4 })
	p.fill(t, "full")
	return p
}

// diskFull is folderFull on a disk that is smaller than the limit.
func diskFull(t *testing.T, c *chaosCase) *plant {
	t.Helper()
	p := newPlant(t, c, func(n *node) { mountTmpfs(t, n.Segments, "size=4m") })
	p.fill(t, "no_space")
	return p
}

// fill lets segments wait until the store says so, and then ClickHouse return.
func (p *plant) fill(t *testing.T, state string) {
	t.Helper()
	p.proxy.fail(1, faultRefuse)
	p.awaitState(t, state)
	before := p.refusals.Load()
	await(t, settleTimeout, "refusals", func() bool { return p.refusals.Load() >= before+chaosSenders })
	p.proxy.fail(0)
	p.awaitState(t, "ok")
	p.awaitAcknowledged(t, settleTimeout, rowsBetween)
}

// diskReadOnly makes the segment folder's disk read-only for a while.
func diskReadOnly(t *testing.T, c *chaosCase) *plant {
	t.Helper()
	var folder string
	p := newPlant(t, c, func(n *node) {
		folder = n.Segments
		mountTmpfs(t, folder, "size=256m")
	})
	p.awaitAcknowledged(t, settleTimeout, rowsBetween)
	// Linux refuses while a file is open for writing: a kill closes them.
	p.killCollector(t)
	remount(t, folder, syscall.MS_RDONLY)
	p.collector.launch(t)
	select {
	case <-p.collector.done:
	case <-time.After(outage):
		p.collector.kill(t)
	}
	remount(t, folder, 0)
	p.startCollector(t)
	p.awaitAcknowledged(t, settleTimeout, rowsBetween)
	return p
}

// awaitState waits until the collector's metric says it is in the state.
func (p *plant) awaitState(t *testing.T, state string) {
	t.Helper()
	await(t, settleTimeout, "state "+state, func() bool { return p.books.read()["state/"+state][""] == 1 })
}

func mountTmpfs(t *testing.T, folder, options string) {
	t.Helper()
	require.NoError(t, os.MkdirAll(folder, 0o700))
	if err := syscall.Mount("tmpfs", folder, "tmpfs", 0, options); err != nil {
		t.Skipf("cannot mount a small disk at %s (it takes root): %v", filepath.Base(folder), err)
	}
	t.Cleanup(func() { require.NoError(t, syscall.Unmount(folder, syscall.MNT_DETACH)) })
}

func remount(t *testing.T, folder string, flags uintptr) {
	t.Helper()
	require.NoError(t, syscall.Mount("tmpfs", folder, "tmpfs", syscall.MS_REMOUNT|flags, ""))
}
