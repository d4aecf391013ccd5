package alertexporter

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.uber.org/zap"

	"github.com/weir-otel/weir/exporter/alertexporter/internal/book"
	"github.com/weir-otel/weir/exporter/alertexporter/internal/deliver"
	"github.com/weir-otel/weir/exporter/alertexporter/internal/metadata"
	"github.com/weir-otel/weir/internal/finding"
)

// notifier tells one destination, in one request.
type notifier interface {
	Notify(ctx context.Context, findings []finding.Finding) error
}

// destination is the loop that tells one notifier what the book says it should
// be told.
type destination struct {
	name      string
	notifier  notifier
	policy    book.Policy
	batch     int // notices a request
	retry     RetryConfig
	book      *book.Book
	now       func() time.Time
	telemetry *metadata.TelemetryBuilder
	logger    *zap.Logger
	status    func(name string, err error)
	closeIdle func()
	news      chan struct{}
	failures  int // in a row
}

// wake tells the loop that the book has changed.
func (d *destination) wake() {
	select {
	case d.news <- struct{}{}:
	default: // it has not looked since the last time
	}
}

func (d *destination) close() {
	if d.closeIdle != nil {
		d.closeIdle()
	}
}

// run works until ctx is done; its requests may go on until theirs is.
func (d *destination) run(ctx, requests context.Context) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		case <-d.news:
		}
		wait, ok := d.round(requests)
		for !ok {
			if !sleep(ctx, wait) {
				return
			}
			wait, ok = d.round(requests)
		}
		timer.Reset(wait)
	}
}

// idle is how long the loop sleeps when nothing is planned.
const idle = time.Hour

// round tells everything that is due. When that worked, wait is the time until
// something is due again; otherwise until the next attempt.
func (d *destination) round(ctx context.Context) (wait time.Duration, ok bool) {
	due, _ := d.book.Due(d.name, d.policy, d.now())
	if err := d.tell(ctx, due); err != nil {
		return d.backOff(err), false
	}
	d.failures = 0
	d.status(d.name, nil)
	_, next := d.book.Due(d.name, d.policy, d.now())
	if next.IsZero() {
		return idle, true
	}
	return max(0, next.Sub(d.now())), true
}

// flush makes one attempt to tell what has never been told.
func (d *destination) flush(ctx context.Context) {
	due, _ := d.book.Due(d.name, d.policy, d.now())
	first := due[:0]
	for _, notice := range due {
		if notice.First {
			first = append(first, notice)
		}
	}
	if err := d.tell(ctx, first); err != nil {
		d.logger.Warn("stopped before everybody was told", zap.String("destination", d.name), zap.Error(err))
	}
}

// saveInterval is how often what was told is saved while there is more to tell.
// A crash in between tells those of the last interval again.
const saveInterval = time.Second

// tell sends notices in batches until one has to be tried again. A batch that
// was refused for good counts as told: the same would be refused again.
func (d *destination) tell(ctx context.Context, notices []book.Notice) error {
	defer d.save()
	saved := d.now()
	for len(notices) > 0 {
		batch := notices[:min(d.batch, len(notices))]
		notices = notices[len(batch):]
		findings := make([]finding.Finding, len(batch))
		for i, notice := range batch {
			findings[i] = notice.Finding
		}
		err := d.notifier.Notify(ctx, findings)
		var permanent *deliver.PermanentError
		switch {
		case err == nil:
			d.count(ctx, "delivered", len(batch))
		case errors.As(err, &permanent):
			d.count(ctx, "rejected", len(batch))
			d.logger.Error("notifications were refused for good", zap.String("destination", d.name), zap.Int("notifications", len(batch)), zap.Error(err))
		default:
			d.count(ctx, "failed", len(batch))
			d.book.Failed(d.name, batch)
			return err
		}
		d.book.Told(d.name, batch, d.now())
		if d.now().Sub(saved) >= saveInterval {
			d.save()
			saved = d.now()
		}
	}
	return nil
}

func (d *destination) save() {
	if err := d.book.Save(); err != nil {
		d.logger.Error("cannot note what was told: it may be told again after a restart", zap.Error(err))
	}
}

func (d *destination) count(ctx context.Context, outcome string, n int) {
	d.telemetry.Notifications.Add(context.WithoutCancel(ctx), int64(n), metric.WithAttributes(
		attribute.String("destination", d.name), attribute.String("outcome", outcome)))
}

// backOff doubles the pause up to the configured maximum, with jitter so that
// collectors that lost the same destination do not come back together.
func (d *destination) backOff(err error) time.Duration {
	if d.failures == 0 {
		d.logger.Warn("cannot notify; trying again until it works", zap.String("destination", d.name), zap.Error(err))
		d.status(d.name, err)
	}
	pause := d.retry.InitialInterval << min(d.failures, 20)
	if pause <= 0 || pause > d.retry.MaxInterval {
		pause = d.retry.MaxInterval
	}
	d.failures++
	pause = pause/2 + rand.N(pause/2+1)
	var retryable *deliver.RetryableError
	if errors.As(err, &retryable) {
		pause = max(pause, retryable.After)
	}
	return pause
}

func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
