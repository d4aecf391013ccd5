package clickhousestoreexporter

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/weir-otel/weir/exporter/clickhousestoreexporter/internal/metadata"
	"github.com/weir-otel/weir/exporter/clickhousestoreexporter/internal/rows"
	"github.com/weir-otel/weir/internal/segment"
)

// retryDelay is what senders are told when the folder is full.
const retryDelay = 5 * time.Second

func (s *store) consumeTraces(ctx context.Context, td ptrace.Traces) error {
	e := s.encoders.Get().(*rows.Encoder)
	defer s.encoders.Put(e)
	record, err := e.Traces(td, time.Now())
	return s.append(ctx, e, record, err)
}

func (s *store) consumeLogs(ctx context.Context, ld plog.Logs) error {
	e := s.encoders.Get().(*rows.Encoder)
	defer s.encoders.Put(e)
	record, err := e.Logs(ld, time.Now())
	return s.append(ctx, e, record, err)
}

// append returns when the record is on disk.
func (s *store) append(ctx context.Context, e *rows.Encoder, record *segment.Record, err error) error {
	if err != nil {
		return consumererror.NewPermanent(err)
	}
	if len(record.Tables) == 0 {
		return nil
	}
	for _, t := range record.Tables {
		if t.Rows > maxRowsLimit {
			s.count(ctx, s.telemetry.RefusedRows, record, attribute.String("reason", "too_large"))
			return consumererror.NewPermanent(fmt.Errorf("cannot store %d rows of one request: the limit is %d; send smaller batches", t.Rows, maxRowsLimit))
		}
	}
	if err := s.segments.Append(ctx, record); err != nil {
		return s.refuse(ctx, record, err)
	}
	e.Stored()
	s.count(ctx, s.telemetry.ReceivedRows, record, attribute.String("origin", "request"))
	return nil
}

// refuse tells the sender to try again, and when.
func (s *store) refuse(ctx context.Context, record *segment.Record, err error) error {
	reason, code := "error", codes.Unavailable
	if errors.Is(err, segment.ErrFull) {
		reason, code = "full", codes.ResourceExhausted
	}
	s.count(ctx, s.telemetry.RefusedRows, record, attribute.String("reason", reason))
	st := status.New(code, fmt.Sprintf("cannot store the request: %v", err))
	if detailed, detailErr := st.WithDetails(&errdetails.RetryInfo{RetryDelay: durationpb.New(retryDelay)}); detailErr == nil {
		st = detailed
	}
	return st.Err()
}

func (s *store) count(ctx context.Context, counter metric.Int64Counter, record *segment.Record, attr attribute.KeyValue) {
	for _, t := range record.Tables {
		counter.Add(ctx, int64(t.Rows), metric.WithAttributes(metadata.Table(t.Name), attr))
	}
}

func (s *store) countRecovered(ctx context.Context) {
	for table, n := range s.segments.Stats().Rows {
		s.telemetry.ReceivedRows.Add(ctx, int64(n), metric.WithAttributes(metadata.Table(table), attribute.String("origin", "recovery")))
	}
}

func (s *store) waiting() metadata.Waiting {
	stats := s.segments.Stats()
	w := metadata.Waiting{Rows: stats.Rows, Segments: stats.Segments, Bytes: stats.Bytes}
	if !stats.Oldest.IsZero() {
		w.OldestAge = time.Since(stats.Oldest).Seconds()
	}
	return w
}
