package clickhousestoreexporter

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"go.uber.org/zap"
)

// recomputeAtOnce is how many new reports do not wait for the interval.
const recomputeAtOnce = 100_000

// recomputeAll brings actions and rollups up to date until the context ends.
func (s *store) recomputeAll(ctx context.Context) {
	ticker := time.NewTicker(s.cfg.RecomputeInterval)
	defer ticker.Stop()
	for {
		start := time.Now()
		result, err := s.resolver.Run(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			s.rollups.failed(fmt.Errorf("cannot recompute actions: %w", err))
		case result.Segments > 0 || result.Buckets > 0:
			s.rollups.recovered()
			took := time.Since(start)
			s.telemetry.RecomputeDuration.Record(ctx, took.Seconds())
			s.telemetry.RecomputedReports.Add(ctx, int64(result.Reports))
			s.telemetry.RollupOverflow.Add(ctx, int64(result.Beyond))
			s.logger.Debug("Actions and rollups are up to date",
				zap.Int("segments", result.Segments), zap.Int("reports", result.Reports), zap.Duration("took", took))
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		case <-s.due:
		}
	}
}

// reportCount sums what was delivered since a recompute was asked for.
type reportCount struct{ n atomic.Int64 }

// askRecompute does not wait for the interval when much has arrived.
func (s *store) askRecompute(reports int) {
	if s.reports.n.Add(int64(reports)) < recomputeAtOnce {
		return
	}
	s.reports.n.Store(0)
	select {
	case s.due <- struct{}{}:
	default:
	}
}
