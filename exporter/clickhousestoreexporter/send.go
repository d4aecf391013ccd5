package clickhousestoreexporter

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.uber.org/zap"

	"github.com/weir-otel/weir/exporter/clickhousestoreexporter/internal/metadata"
	"github.com/weir-otel/weir/exporter/clickhousestoreexporter/internal/rows"
	"github.com/weir-otel/weir/internal/segment"
	"github.com/weir-otel/weir/internal/segment/ship"
)

// sendAll delivers sealed segments until the context ends.
func (s *store) sendAll(ctx context.Context) {
	for {
		sealed, err := s.segments.Next(ctx)
		if err != nil {
			return
		}
		s.deliver(ctx, sealed)
	}
}

// deliver tries until each row of the segment is stored or a dead letter. A
// segment whose trouble may be its own is put aside meanwhile, so that the
// others go on. At the end of the context it stays for the next start.
func (s *store) deliver(ctx context.Context, sealed *segment.Sealed) {
	e, err := s.envelope(sealed)
	for {
		if err == nil {
			err = s.attempt(ctx, sealed, e)
		}
		e.rest()
		if err == nil {
			s.delivered(sealed)
			return
		}
		err = fmt.Errorf("cannot deliver segment %s: %w", sealed.ID, err)
		if ctx.Err() == nil && (ship.Doubtful(err) || errors.Is(err, segment.ErrDeadLettersFull)) {
			s.putAside(ctx, sealed, e, err)
			return
		}
		if ctx.Err() == nil {
			s.delivery.failed(err)
		}
		if !e.wait.sleep(ctx) {
			s.segments.Release(sealed)
			return
		}
		err = nil
		if e.Delivery == nil {
			e, err = s.envelope(sealed)
		}
	}
}

// envelope is a segment on its way, over all attempts.
type envelope struct {
	*ship.Delivery
	wait  *backoff
	steps int // of the delivery, at the last attempt
}

// rest lets the waits begin anew when an attempt has brought the segment on.
func (e *envelope) rest() {
	if e.Delivery == nil {
		return
	}
	if steps := e.Steps(); steps > e.steps {
		e.steps, e.wait = steps, newBackoff()
	}
}

func (s *store) envelope(sealed *segment.Sealed) (*envelope, error) {
	s.envelopesMu.Lock()
	defer s.envelopesMu.Unlock()
	if e := s.envelopes[sealed.ID]; e != nil {
		return e, nil
	}
	e := &envelope{wait: newBackoff()}
	path := sealed.Path
	if s.cfg.Durability == DurabilityMemory {
		path = ""
	}
	var err error
	if e.Delivery, err = ship.NewDelivery(path, sealed.Recovered); err != nil {
		return e, err
	}
	s.ledger.claimed(sealed.ID)
	s.envelopes[sealed.ID] = e
	return e, nil
}

// putAside gives a segment back after a while; others are sent before.
func (s *store) putAside(ctx context.Context, sealed *segment.Sealed, e *envelope, err error) {
	s.aside.add(1)
	s.doubts.failed(err)
	s.wg.Go(func() {
		e.wait.sleep(ctx)
		s.aside.add(-1)
		s.segments.Release(sealed)
	})
}

func (s *store) delivered(sealed *segment.Sealed) {
	s.envelopesMu.Lock()
	defer s.envelopesMu.Unlock()
	if e := s.envelopes[sealed.ID]; e != nil {
		delete(s.envelopes, sealed.ID)
		if err := e.Forget(); err != nil {
			s.logger.Warn("A file of a delivered segment cannot be removed", zap.Error(err))
		}
	}
	s.delivery.recovered()
	if len(s.envelopes) == 0 || s.aside.value() == 0 {
		s.doubts.recovered()
	}
}

// attempt sends what is not stored yet, and ends the segment's life.
func (s *store) attempt(ctx context.Context, sealed *segment.Sealed, e *envelope) error {
	r, err := s.segments.OpenReader(sealed)
	if err != nil {
		return s.cannotRead(sealed, err)
	}
	defer r.Close()
	result, err := s.shipper.Send(ctx, r, e.Delivery)
	if err != nil {
		return err
	}
	return s.settle(sealed, result)
}

// cannotRead buries a segment without a readable record, and forgets one that
// is gone.
func (s *store) cannotRead(sealed *segment.Sealed, err error) error {
	var damaged *segment.DamagedError
	switch {
	case errors.As(err, &damaged):
		reason := segment.Reason{Segment: sealed.ID.String(), Created: sealed.Created, At: time.Now(), Damaged: err.Error()}
		if err := s.segments.Bury(sealed, reason); err != nil {
			return err
		}
		s.logger.Error("A segment that cannot be read is in the dead-letter folder", zap.Stringer("segment", sealed.ID), zap.Error(err))
	case s.segments.Vanished(sealed):
		s.logger.Error("A segment was removed by somebody else before it was stored; its rows are lost",
			zap.Stringer("segment", sealed.ID), zap.Any("rows", sealed.Rows), zap.Error(err))
	default:
		return err
	}
	s.count(sealed, nil)
	return nil
}

// settle writes the letter of what was refused and removes the segment.
func (s *store) settle(sealed *segment.Sealed, result ship.Result) error {
	if result.Letter != nil {
		if err := s.writeLetter(sealed, &result); err != nil {
			return err
		}
	}
	for table, err := range result.ViewErrors {
		s.logger.Error("ClickHouse has stored rows that a view behind their table has refused; what the view makes of them is missing",
			zap.String("table", table), zap.Stringer("segment", sealed.ID), zap.Error(err))
	}
	if err := s.segments.Delivered(sealed); err != nil {
		return err
	}
	s.count(sealed, result.Stored)
	if n := result.Stored[rows.TableReports]; n > 0 {
		s.askRecompute(n)
	}
	return nil
}

func (s *store) writeLetter(sealed *segment.Sealed, result *ship.Result) error {
	if s.cfg.Durability == DurabilityMemory {
		s.logger.Error("Rows that ClickHouse does not take are lost: there is no dead-letter folder with `durability: memory`",
			zap.Stringer("segment", sealed.ID), zap.Any("tables", result.Refused))
		return nil
	}
	if err := result.Write(s.cfg.Directory, sealed.ID, time.Now(), int64(s.cfg.DeadLetter.MaxMiB)<<20); err != nil {
		return err
	}
	s.logger.Error("Rows were moved to the dead-letter folder: see weirctl dead-letter list",
		zap.Stringer("segment", result.Letter.Header.ID), zap.Any("tables", result.Refused))
	return nil
}

// count waits for appends: a row must not be stored before it is received.
func (s *store) count(sealed *segment.Sealed, stored map[string]int) {
	s.appends.Lock()
	defer s.appends.Unlock()
	s.ledger.delivered(sealed.Rows, stored)
}

func (s *store) sent(table string, took time.Duration, err error) {
	outcome := "success"
	if err != nil {
		outcome = "failure"
	}
	s.telemetry.SendDuration.Record(context.Background(), took.Seconds(),
		metric.WithAttributes(metadata.Table(table), attribute.String("outcome", outcome)))
}
