package baselinereceiver

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componentstatus"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/receiver"
	"go.uber.org/zap"

	"github.com/weir-otel/weir/internal/catalog"
	"github.com/weir-otel/weir/internal/finding"
	"github.com/weir-otel/weir/receiver/baselinereceiver/internal/lease"
	"github.com/weir-otel/weir/rules"
)

const (
	passEvery  = time.Minute      // late data is looked for this often
	retryFirst = 2 * time.Second  // after a failure, doubling
	retryLast  = 60 * time.Second // at most

	releaseTimeout = 3 * time.Second
)

// baseline is the component: it is shared by the logs and the metrics pipeline
// of one configuration, started by the first and stopped by the first that stops.
type baseline struct {
	config   *Config
	settings receiver.Settings
	clock    clock
	logs     consumer.Logs    // nil without a logs pipeline
	metrics  consumer.Metrics // nil without a metrics pipeline
	forget   func()

	start, stop sync.Once
	startErr    error
	cancel      context.CancelFunc
	done        chan struct{}
	closeConn   func() error
}

// Start implements component.Component. ClickHouse may still be down.
func (b *baseline) Start(ctx context.Context, host component.Host) error {
	b.start.Do(func() { b.startErr = b.begin(ctx, host) })
	return b.startErr
}

func (b *baseline) begin(starting context.Context, host component.Host) error {
	r, err := b.newRunner(starting, host)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	b.cancel, b.done, b.closeConn = cancel, make(chan struct{}), r.conn.Close
	go func() {
		defer close(b.done)
		b.loop(ctx, r, host)
	}()
	return nil
}

func (b *baseline) newRunner(ctx context.Context, host component.Host) (*runner, error) {
	loaded, err := rules.Load(b.config.Rules)
	if err != nil {
		return nil, fmt.Errorf("cannot load rules:\n%w", err)
	}
	var watcher *catalog.Watcher
	if b.config.Catalog.File != "" {
		if watcher, err = catalog.NewWatcher(ctx, catalog.Path(b.config.Catalog.File)); err != nil {
			return nil, err
		}
	}
	conn, err := b.config.ClickHouse.Open(host)
	if err != nil {
		return nil, err
	}
	r, err := newRunner(b.config, conn, loaded, watcher, b.clock, b.settings.Logger)
	if err != nil {
		return nil, err
	}
	r.emit = b.emit
	r.report = b.report
	return r, nil
}

// loop leads whenever it holds the lease, until the context is done.
func (b *baseline) loop(ctx context.Context, r *runner, host component.Host) {
	t := &trouble{logger: b.settings.Logger, host: host}
	for {
		held, err := r.lease.Beat(ctx)
		wait := t.note(ctx, err)
		if held {
			b.lead(ctx, r, t)
		}
		if wait == 0 {
			wait = lease.Every
		}
		if b.clock.Wait(ctx, wait) != nil {
			return
		}
	}
}

// lead makes one pass after another until another collector has the lease or the
// context is done, and gives the lease back.
func (b *baseline) lead(ctx context.Context, r *runner, t *trouble) {
	leading, lose := context.WithCancelCause(ctx)
	var renewing sync.WaitGroup
	renewing.Go(func() { b.renew(leading, r.lease, lose) })
	defer func() {
		lose(nil)
		renewing.Wait()
		cleanup, cancel := context.WithTimeout(context.WithoutCancel(ctx), releaseTimeout)
		defer cancel()
		if err := r.lease.Release(cleanup); err != nil {
			b.settings.Logger.Warn("the lease of the baselines was not given back; it ends by itself", zap.Error(err))
		}
	}()
	b.settings.Logger.Info("this collector evaluates the baselines")
	if err := r.takeOver(leading); err != nil {
		t.note(leading, err)
		return
	}
	for leading.Err() == nil {
		err := r.pass(leading)
		if leading.Err() != nil {
			break
		}
		wait := t.note(leading, err)
		if err == nil {
			wait = r.untilNext()
		}
		if b.clock.Wait(leading, wait) != nil {
			break
		}
	}
	if errors.Is(context.Cause(leading), errLost) {
		b.settings.Logger.Warn("another collector evaluates the baselines from now on")
		r.handOver(ctx)
	}
}

// renew keeps the lease while a pass may take long.
func (b *baseline) renew(ctx context.Context, l *lease.Lease, lose context.CancelCauseFunc) {
	for b.clock.Wait(ctx, lease.Every) == nil {
		if _, err := l.Beat(ctx); err != nil && ctx.Err() == nil {
			b.settings.Logger.Warn("cannot renew the lease of the baselines", zap.Error(err))
		}
		if !l.Held() {
			lose(errLost)
			return
		}
	}
}

// trouble tells of a failure once, not every minute, and of its end.
type trouble struct {
	logger *zap.Logger
	host   component.Host
	retry  time.Duration // 0 = all is well
}

// note returns how long to wait before the next attempt, 0 after none failed.
func (t *trouble) note(ctx context.Context, err error) time.Duration {
	switch {
	case ctx.Err() != nil:
		return 0
	case err != nil && t.retry == 0:
		t.logger.Warn("cannot evaluate baselines; trying again", zap.Error(err))
		componentstatus.ReportStatus(t.host, componentstatus.NewRecoverableErrorEvent(err))
		t.retry = retryFirst
		return t.retry
	case err != nil:
		t.retry = min(2*t.retry, retryLast)
		return t.retry
	case t.retry != 0:
		t.logger.Info("baselines are evaluated again")
		componentstatus.ReportStatus(t.host, componentstatus.NewEvent(componentstatus.StatusOK))
		t.retry = 0
	}
	return 0
}

// Shutdown implements component.Component.
func (b *baseline) Shutdown(context.Context) error {
	var err error
	b.stop.Do(func() {
		b.forget()
		if b.cancel == nil {
			return
		}
		b.cancel()
		<-b.done
		err = b.closeConn()
	})
	return err
}

// emit sends findings down the logs pipeline.
func (b *baseline) emit(ctx context.Context, findings []finding.Finding) error {
	if b.logs == nil || len(findings) == 0 {
		return nil
	}
	if err := b.logs.ConsumeLogs(ctx, toLogs(findings)); err != nil {
		return fmt.Errorf("cannot pass on %d findings: %w", len(findings), err)
	}
	return nil
}
