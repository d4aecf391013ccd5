package clickhousestoreexporter

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componentstatus"
	"go.uber.org/zap"
)

// health tells the collector and the log when something stops working and when
// it works again: once each, not with every attempt.
type health struct {
	host    component.Host
	logger  *zap.Logger
	trouble string
	relief  string

	// mu guards broken.
	mu     sync.Mutex
	broken bool
}

func newHealth(host component.Host, logger *zap.Logger, trouble, relief string) *health {
	return &health{host: host, logger: logger, trouble: trouble, relief: relief}
}

func (h *health) failed(err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.broken {
		return
	}
	h.broken = true
	h.logger.Warn(h.trouble, zap.Error(err))
	componentstatus.ReportStatus(h.host, componentstatus.NewRecoverableErrorEvent(err))
}

func (h *health) recovered() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.broken {
		return
	}
	h.broken = false
	h.logger.Info(h.relief)
	componentstatus.ReportStatus(h.host, componentstatus.NewEvent(componentstatus.StatusOK))
}

func (h *health) ok() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return !h.broken
}

// backoff doubles from 100 ms to 30 s, with jitter so that collectors that lost
// the same database do not return at once.
type backoff struct{ next time.Duration }

const (
	firstWait = 100 * time.Millisecond
	maxWait   = 30 * time.Second
)

func newBackoff() *backoff { return &backoff{next: firstWait} }

// sleep says whether to try again.
func (b *backoff) sleep(ctx context.Context) bool {
	timer := time.NewTimer(b.next/2 + rand.N(b.next/2+1))
	defer timer.Stop()
	b.next = min(2*b.next, maxWait)
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
