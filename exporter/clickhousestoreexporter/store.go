package clickhousestoreexporter

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"go.opentelemetry.io/collector/component"
	"go.uber.org/zap"

	"github.com/weir-otel/weir/exporter/clickhousestoreexporter/internal/metadata"
	"github.com/weir-otel/weir/exporter/clickhousestoreexporter/internal/rows"
	"github.com/weir-otel/weir/internal/recompute"
	"github.com/weir-otel/weir/internal/segment"
	"github.com/weir-otel/weir/internal/segment/ship"
)

const (
	// senders work on different segments, so that one encodes its request while
	// the engine works on another's.
	senders = 2
	// drainTimeout bounds how long a shutdown waits for the database.
	drainTimeout = 5 * time.Second
	// startTimeout bounds how long the start waits for the schema; a database
	// that is down is waited for in the background.
	startTimeout = 20 * time.Second
)

// store is shared by the signals of one configuration.
type store struct {
	cfg       *Config
	set       component.TelemetrySettings
	logger    *zap.Logger
	telemetry *metadata.TelemetryBuilder
	encoders  sync.Pool // of *rows.Encoder
	forget    func()    // takes the store out of the factory's map

	segments *segment.Store
	conn     driver.Conn
	shipper  *ship.Shipper
	resolver *recompute.Resolver
	host     component.Host
	due      chan struct{} // asks for a recompute before its interval
	reports  reportCount

	delivery *health
	rollups  *health

	// mu guards users, how many signals are started.
	mu    sync.Mutex
	users int

	cancel context.CancelFunc
	wg     sync.WaitGroup
}

func newStore(set component.TelemetrySettings, cfg *Config) (*store, error) {
	telemetry, err := metadata.NewTelemetryBuilder(set)
	if err != nil {
		return nil, fmt.Errorf("cannot create the exporter's metrics: %w", err)
	}
	known := rows.NewResources()
	return &store{
		cfg:       cfg,
		set:       set,
		logger:    set.Logger,
		telemetry: telemetry,
		encoders:  sync.Pool{New: func() any { return rows.NewEncoder(known) }},
		due:       make(chan struct{}, 1),
	}, nil
}

// start opens everything for the first of the signals.
func (s *store) start(ctx context.Context, host component.Host) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.users++
	if s.users > 1 {
		return nil
	}
	if err := s.open(ctx, host); err != nil {
		s.users--
		return errors.Join(err, s.close())
	}
	return nil
}

func (s *store) open(ctx context.Context, host component.Host) error {
	s.host = host
	s.delivery = newHealth(host, s.logger,
		"ClickHouse does not take data; what arrives is kept on disk and sent later", "ClickHouse takes data again")
	s.rollups = newHealth(host, s.logger,
		"Actions and rollups cannot be recomputed; it is tried again", "Actions and rollups are recomputed again")
	var err error
	if s.conn, err = s.cfg.ClickHouse.Open(host); err != nil {
		return err
	}
	s.segments, err = segment.Open(segment.Settings{
		Directory:    s.cfg.Directory,
		MaxAge:       s.cfg.Segment.MaxAge,
		MaxBytes:     int64(s.cfg.Segment.MaxBytesMiB) << 20,
		MaxRows:      s.cfg.Segment.MaxRows,
		MaxDiskBytes: int64(s.cfg.MaxDiskMiB) << 20,
		Now:          time.Now,
	})
	if err != nil {
		return err
	}
	s.countRecovered(ctx)
	if err := s.telemetry.Observe(s.waiting); err != nil {
		return fmt.Errorf("cannot register the exporter's metrics: %w", err)
	}
	ready, err := s.prepareSchema(ctx)
	if err != nil {
		return err
	}
	s.shipper = &ship.Shipper{Conn: s.conn, Sent: s.sent, Now: time.Now}
	s.resolver = recompute.New(s.conn)
	s.run(ready)
	return nil
}

// run starts the background work. Its context is not the start's, which ends.
func (s *store) run(ready bool) {
	ctx, cancel := context.WithCancel(context.Background())
	s.cancel = cancel
	s.wg.Go(func() { s.sealByAge(ctx) })
	s.wg.Go(func() {
		if !ready && !s.awaitSchema(ctx) {
			return
		}
		for range senders {
			s.wg.Go(func() { s.sendAll(ctx) })
		}
		s.wg.Go(func() { s.recomputeAll(ctx) })
	})
}

// shutdown ends with the last of the signals: what is on disk is sealed and
// sent for a bounded time; the rest is for the next start.
func (s *store) shutdown(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.users == 0 {
		s.forget()
		return nil
	}
	s.users--
	if s.users > 0 {
		return nil
	}
	s.forget()
	s.drain(ctx)
	return s.close()
}

func (s *store) drain(ctx context.Context) {
	s.segments.Seal()
	ctx, cancel := context.WithTimeout(ctx, drainTimeout)
	defer cancel()
	for s.segments.Stats().Segments > 0 && s.delivery.ok() {
		select {
		case <-ctx.Done():
			return
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func (s *store) close() error {
	if s.cancel != nil {
		s.cancel()
	}
	s.wg.Wait()
	var errs []error
	if s.segments != nil {
		errs = append(errs, s.segments.Close())
	}
	if s.conn != nil {
		errs = append(errs, s.conn.Close())
	}
	return errors.Join(append(errs, s.telemetry.Shutdown())...)
}

func (s *store) sealByAge(ctx context.Context) {
	ticker := time.NewTicker(max(s.cfg.Segment.MaxAge/5, time.Millisecond))
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			s.segments.SealExpired()
		}
	}
}
