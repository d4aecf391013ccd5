package e2e

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const (
	outageRate      = 20_000 // spans a second
	outageUnlessSet = 60     // seconds
	outageSample    = time.Second
	// outageMaxAge is the default: what waits is as large as it is in production.
	outageMaxAge = 5 * time.Second
	// outageGrowth is what memory may grow by in the second half: garbage that is not
	// collected yet, and 16 bytes a request that are kept to know it again.
	outageGrowth = 128 << 20
)

// longOutage states what the collector takes while ClickHouse is away for long,
// and that its memory does not grow with what waits.
func longOutage(t *testing.T, c *chaosCase) *plant {
	t.Helper()
	c.rate = outageRate
	p := newPlant(t, c, func(n *node) { n.MaxAge = outageMaxAge })
	p.awaitAcknowledged(t, settleTimeout, rowsBetween)
	p.proxy.fail(1, faultRefuse)
	_, before, _ := p.answered()
	lasts := time.Duration(number(t, "OUTAGE", outageUnlessSet)) * time.Second
	begun := time.Now()
	var resident []int64
	tick := time.NewTicker(outageSample)
	defer tick.Stop()
	for time.Since(begun) < lasts {
		<-tick.C
		resident = append(resident, residentBytes(t, p.collector.cmd.Process.Pid))
	}
	_, after, _ := p.answered()
	took, disk := time.Since(begun), p.books.read()["waiting"][""]
	middle := len(resident) / 2
	early, late := most(resident[:middle]), most(resident[middle:])
	t.Logf("outage of %.0f s: %.0f rows/s acknowledged (%d refused), %.0f MiB wait on disk, at most %d MiB resident in its first half and %d in its second",
		took.Seconds(), float64(after[acknowledged]-before[acknowledged])/took.Seconds(), after[refused]-before[refused], disk/(1<<20), early>>20, late>>20)
	require.LessOrEqual(t, late, early+outageGrowth, "memory grows with what waits")
	p.proxy.fail(0)
	return p
}

func residentBytes(t *testing.T, pid int) int64 {
	t.Helper()
	content, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	require.NoError(t, err)
	_, rest, _ := strings.Cut(string(content), "VmRSS:")
	kib, err := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
	require.NoError(t, err)
	return kib << 10
}

func most(values []int64) (highest int64) {
	for _, v := range values {
		highest = max(highest, v)
	}
	return highest
}
