package progress

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestPlainLinesAreFewAndTerminalLinesAreRedrawn(t *testing.T) {
	now := time.Unix(0, 0)
	f := func(terminal bool, every time.Duration) string {
		var out bytes.Buffer
		l := New(&out)
		l.terminal, l.every, l.now = terminal, every, func() time.Time { return now }
		l.Begin("Send")
		for i := range 10 {
			now = now.Add(time.Second)
			l.Update(float64(i+1)/10, "x")
		}
		l.Done("ten")
		return out.String()
	}
	require.Equal(t, "  Send  ████████████░░░░░░░░░░░░  50%  x\n  Send  ████████████████████████ 100%  x\n"+
		"✓ Send                                     10.0s  ten\n", f(false, 5*time.Second))
	require.Contains(t, f(true, redrawEvery), "\r\x1b[K  Send  ██░░")
}

func TestFailIsMarked(t *testing.T) {
	var out bytes.Buffer
	l := New(&out)
	l.Begin("Send")
	l.Fail("no")
	require.Contains(t, out.String(), "✗ Send")
}

func TestNumbersForPeople(t *testing.T) {
	require.Equal(t, "987", Count(987))
	require.Equal(t, "12.3k", Count(12345))
	require.Equal(t, "1.04M", Count(1_040_000))
	require.Equal(t, "812 B", Bytes(812))
	require.Equal(t, "1.5 KiB", Bytes(1536))
	require.Equal(t, "91.6 MiB", Bytes(96e6))
	require.Equal(t, "2 GiB", Bytes(2<<30))
}
