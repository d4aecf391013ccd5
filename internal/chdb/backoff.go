package chdb

import "time"

// backoff is how long to wait before a crashed engine is started again: first,
// then twice as long each time up to most; from first again after a run of at
// least healthy.
type backoff struct {
	first, most, healthy time.Duration
}

// next returns the pause after a run of the given length, and previous pause
// (0 for none).
func (b backoff) next(previous, ran time.Duration) time.Duration {
	if previous == 0 || ran >= b.healthy {
		return b.first
	}
	return min(2*previous, b.most)
}
