package chdb

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestBackoffDoublesUntilARunIsHealthy(t *testing.T) {
	b := backoff{first: time.Second, most: 10 * time.Second, healthy: time.Minute}
	f := func(previous, ran, want time.Duration) {
		t.Helper()
		require.Equal(t, want, b.next(previous, ran))
	}
	f(0, 0, time.Second)
	f(time.Second, 0, 2*time.Second)
	f(2*time.Second, 59*time.Second, 4*time.Second)
	f(8*time.Second, 0, 10*time.Second)
	f(10*time.Second, time.Second, 10*time.Second)
	f(10*time.Second, time.Minute, time.Second)
}
