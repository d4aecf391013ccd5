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

	audit    *auditTrail
	segments *segment.Store
	conn     driver.Conn
	shipper  *ship.Shipper
	resolver *recompute.Resolver
	host     component.Host
	due      chan struct{} // asks for a recompute before its interval
	reports  reportCount

	ledger *ledger
	// appends is held for reading from before an append until it is in the
	// ledger.
	appends sync.RWMutex

	envelopesMu sync.Mutex // guards envelopes
	envelopes   map[segment.ID]*envelope
	aside       gauge // segments

	folder   *health
	delivery *health
	doubts   *health
	rollups  *health
	signing  *health

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
	s := &store{
		cfg:       cfg,
		set:       set,
		logger:    set.Logger,
		telemetry: telemetry,
		ledger:    newLedger(),
		envelopes: map[segment.ID]*envelope{},
		due:       make(chan struct{}, 1),
	}
	known := rows.NewResources()
	s.encoders.New = func() any {
		e := rows.NewEncoder(known)
		e.Source(s.audit.ledger.Source())
		e.Retain(cfg.retention())
		return e
	}
	return s, nil
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
	s.watchHealth(host)
	var err error
	if s.conn, err = s.cfg.ClickHouse.Open(host); err != nil {
		return err
	}
	if s.audit, err = openAuditTrail(s.cfg, s.logger, s.ledger, s.signing); err != nil {
		return err
	}
	if s.segments, err = segment.Open(s.segmentSettings()); err != nil {
		return err
	}
	s.ledger.recovered(s.segments.Stats().Rows)
	if err := s.telemetry.Observe(s.snapshot); err != nil {
		return fmt.Errorf("cannot register the exporter's metrics: %w", err)
	}
	if err := ship.RemoveOrphans(s.cfg.Directory); err != nil {
		return err
	}
	ready, err := s.prepareSchema(ctx)
	if err != nil {
		return err
	}
	s.shipper = &ship.Shipper{Conn: s.conn, Compression: s.cfg.ClickHouse.WireCompression(), Sent: s.sent, Now: time.Now}
	s.resolver = recompute.New(s.conn)
	s.run(ready)
	return nil
}

func (s *store) segmentSettings() segment.Settings {
	return segment.Settings{
		Directory:          s.cfg.Directory,
		MaxAge:             s.cfg.Segment.MaxAge,
		MaxBytes:           int64(s.cfg.Segment.MaxBytesMiB) << 20,
		MaxRows:            s.cfg.Segment.MaxRows,
		MaxDiskBytes:       int64(s.cfg.MaxDiskMiB) << 20,
		MaxDeadLetterBytes: int64(s.cfg.DeadLetter.MaxMiB) << 20,
		Memory:             s.cfg.Durability == DurabilityMemory,
		Trailer:            s.audit.trailer,
		Trailed:            s.audit.trailed,
		Now:                time.Now,
	}
}

// run starts the background work. Its context is not the start's, which ends.
func (s *store) run(ready bool) {
	ctx, cancel := context.WithCancel(context.Background())
	s.cancel = cancel
	s.wg.Go(func() { s.sealByAge(ctx) })
	s.wg.Go(func() { s.audit.run(ctx, s.appendAudit) })
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
	s.audit.checkpoint(ctx, s.appendAudit, true)
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
			s.watchFolder()
		}
	}
}
