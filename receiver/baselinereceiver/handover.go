package baselinereceiver

import (
	"context"

	"go.uber.org/zap"

	"github.com/weir-otel/weir/internal/finding"
)

// takeOver begins to lead. Another may have gone on since, so that what is known
// is read again; and this collector's exporters are told what is open, since it is
// they who resolve it and remind of it from now on. Whom they told before, they do
// not tell again; others see by fingerprint and start that it is the same.
func (r *runner) takeOver(ctx context.Context) error {
	r.done = nil
	r.profiles.Forget()
	open, err := finding.Select(ctx, r.conn, "status = 'firing'")
	if err != nil {
		return err
	}
	return r.emit(ctx, open)
}

// handOver tells this collector's exporters that another one tells of what is
// open: it must not be reminded of from here for ever.
func (r *runner) handOver(ctx context.Context) {
	var open []finding.Finding
	for _, rule := range r.rules {
		for _, e := range r.last(rule.Name).Open {
			f := e.Finding
			f.Status = finding.Released
			open = append(open, f)
		}
	}
	if err := r.emit(ctx, open); err != nil {
		r.logger.Warn("exporters were not told that another collector leads", zap.Error(err))
	}
}
