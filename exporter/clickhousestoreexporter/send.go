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

// deliver tries until every table of the segment is stored or refused for
// good; at the end of the context the segment stays for the next start.
func (s *store) deliver(ctx context.Context, sealed *segment.Sealed) {
	done := map[string]int{}
	wait := newBackoff()
	for {
		result, err := s.attempt(ctx, sealed, done)
		if err = s.end(ctx, sealed, result, err); err == nil {
			s.delivery.recovered()
			return
		}
		if ctx.Err() == nil {
			s.delivery.failed(fmt.Errorf("cannot deliver segment %s: %w", sealed.ID, err))
		}
		if !wait.sleep(ctx) {
			s.segments.Release(sealed)
			return
		}
	}
}

func (s *store) attempt(ctx context.Context, sealed *segment.Sealed, done map[string]int) (ship.Result, error) {
	r, err := segment.OpenReader(sealed.Path)
	if err != nil {
		return ship.Result{}, err
	}
	defer r.Close()
	return s.shipper.Send(ctx, r, done)
}

// end is settle, or the burial of a segment that cannot be read any more.
func (s *store) end(ctx context.Context, sealed *segment.Sealed, result ship.Result, err error) error {
	var damaged *segment.DamagedError
	switch {
	case errors.As(err, &damaged):
		return s.buryDamaged(ctx, sealed, err)
	case err != nil && s.segments.Vanished(sealed):
		s.logger.Error("A segment was removed by somebody else before it was stored; its rows are lost",
			zap.Stringer("segment", sealed.ID), zap.Any("rows", sealed.Rows), zap.Error(err))
		return nil
	case err != nil:
		return err
	default:
		return s.settle(ctx, sealed, result)
	}
}

// settle ends a segment's life: removed, or buried with what was refused.
func (s *store) settle(ctx context.Context, sealed *segment.Sealed, result ship.Result) error {
	if len(result.Failed) == 0 {
		if err := s.segments.Delivered(sealed); err != nil {
			return err
		}
	} else if err := s.bury(sealed, segment.Reason{Tables: result.Failed, Stored: result.Stored}); err != nil {
		return err
	}
	for table, n := range result.Stored {
		s.telemetry.StoredRows.Add(ctx, int64(n), metric.WithAttributes(metadata.Table(table)))
	}
	for _, failed := range result.Failed {
		s.telemetry.DeadLetteredRows.Add(ctx, int64(failed.Rows), metric.WithAttributes(metadata.Table(failed.Table)))
	}
	if result.Stored[rows.TableReports] > 0 {
		s.askRecompute(result.Stored[rows.TableReports])
	}
	return nil
}

// buryDamaged moves a segment that cannot be read any more.
func (s *store) buryDamaged(ctx context.Context, sealed *segment.Sealed, err error) error {
	if err := s.bury(sealed, segment.Reason{Damaged: err.Error()}); err != nil {
		return err
	}
	for table, n := range sealed.Rows {
		s.telemetry.DeadLetteredRows.Add(ctx, int64(n), metric.WithAttributes(metadata.Table(table)))
	}
	return nil
}

func (s *store) bury(sealed *segment.Sealed, reason segment.Reason) error {
	reason.Segment, reason.Created, reason.At = sealed.ID.String(), sealed.Created, time.Now()
	if err := s.segments.Bury(sealed, reason); err != nil {
		return err
	}
	s.logger.Error("Rows were moved to the dead-letter folder: see weirctl dead-letter list",
		zap.String("segment", reason.Segment), zap.String("damaged", reason.Damaged), zap.Any("tables", reason.Tables))
	return nil
}

func (s *store) sent(table string, took time.Duration, err error) {
	outcome := "success"
	if err != nil {
		outcome = "failure"
	}
	s.telemetry.SendDuration.Record(context.Background(), took.Seconds(),
		metric.WithAttributes(metadata.Table(table), attribute.String("outcome", outcome)))
}
