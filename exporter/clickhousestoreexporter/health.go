package clickhousestoreexporter

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componentstatus"
	"go.uber.org/zap"

	"github.com/weir-otel/weir/internal/segment"
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

func (s *store) watchHealth(host component.Host) {
	s.folder = newHealth(host, s.logger,
		"Data is refused, and senders are told to try again: it cannot be kept", "Data is taken again")
	s.delivery = newHealth(host, s.logger,
		"ClickHouse does not take data; what arrives is kept on disk and sent later", "ClickHouse takes data again")
	s.doubts = newHealth(host, s.logger,
		"A segment is put aside and tried again; others are sent meanwhile", "No segment is aside any more")
	s.rollups = newHealth(host, s.logger,
		"Actions and rollups cannot be recomputed; it is tried again", "Actions and rollups are recomputed again")
	s.signing = newHealth(host, s.logger,
		"The audit chain is not signed; it is tried again", "The audit chain is signed again")
}

// watchFolder tells when the segment folder stops taking data, and why.
func (s *store) watchFolder() {
	stats := s.segments.Stats()
	if stats.State == segment.StateOK {
		s.folder.recovered()
		return
	}
	s.folder.failed(fmt.Errorf("the segment folder is in state %s: %w", stats.State, stats.Cause))
}

// gauge is a number that goes up and down.
type gauge struct{ n atomic.Int64 }

func (g *gauge) add(n int64) { g.n.Add(n) }

func (g *gauge) value() int { return int(g.n.Load()) }

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
