package baselinereceiver

import (
	"context"
	"time"
)

// clock is the time that schedules go by; tests bring their own.
type clock interface {
	Now() time.Time
	// Wait returns when d has passed, or the context's error.
	Wait(ctx context.Context, d time.Duration) error
}

type systemClock struct{}

func (systemClock) Now() time.Time { return time.Now() }

func (systemClock) Wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
