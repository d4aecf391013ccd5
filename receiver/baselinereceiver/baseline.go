package baselinereceiver

import (
	"context"
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
	"github.com/weir-otel/weir/rules"
)

const (
	passEvery  = time.Minute      // late data is looked for this often
	retryFirst = 2 * time.Second  // after a failure, doubling
	retryLast  = 60 * time.Second // at most
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

// loop makes one pass after another until the context is done.
func (b *baseline) loop(ctx context.Context, r *runner, host component.Host) {
	retry, failing := retryFirst, false
	for {
		wait := passEvery
		err := r.pass(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			if !failing { // told once, not every minute
				b.settings.Logger.Warn("cannot evaluate baselines; trying again", zap.Error(err))
				componentstatus.ReportStatus(host, componentstatus.NewRecoverableErrorEvent(err))
			}
			failing, wait = true, retry
			retry = min(2*retry, retryLast)
		case failing:
			b.settings.Logger.Info("baselines are evaluated again")
			componentstatus.ReportStatus(host, componentstatus.NewEvent(componentstatus.StatusOK))
			retry, failing = retryFirst, false
		}
		if err == nil {
			wait = min(wait, r.untilNext())
		}
		if b.clock.Wait(ctx, wait) != nil {
			return
		}
	}
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
