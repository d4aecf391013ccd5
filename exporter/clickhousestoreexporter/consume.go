package clickhousestoreexporter

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/weir-otel/weir/exporter/clickhousestoreexporter/internal/metadata"
	"github.com/weir-otel/weir/exporter/clickhousestoreexporter/internal/rows"
	"github.com/weir-otel/weir/internal/provenance"
	"github.com/weir-otel/weir/internal/segment"
)

// retryDelay is what senders are told when their data is not taken.
const retryDelay = 5 * time.Second

func (s *store) consumeTraces(ctx context.Context, td ptrace.Traces) error {
	e := s.encoders.Get().(*rows.Encoder)
	defer s.encoders.Put(e)
	record, err := e.Traces(td, time.Now())
	return s.append(ctx, e, record, td.SpanCount(), err)
}

func (s *store) consumeLogs(ctx context.Context, ld plog.Logs) error {
	e := s.encoders.Get().(*rows.Encoder)
	defer s.encoders.Put(e)
	record, err := e.Logs(ld, time.Now())
	return s.append(ctx, e, record, ld.LogRecordCount(), err)
}

func (s *store) consumeMetrics(ctx context.Context, md pmetric.Metrics) error {
	e := s.encoders.Get().(*rows.Encoder)
	defer s.encoders.Put(e)
	record, err := e.Metrics(md, time.Now())
	return s.append(ctx, e, record, md.DataPointCount(), err)
}

// append returns when the record, of so many spans, log records or points, is on
// disk. A request that was acknowledged before is acknowledged again, and not
// stored again.
func (s *store) append(ctx context.Context, e *rows.Encoder, record *segment.Record, items int, err error) error {
	if err != nil {
		return consumererror.NewPermanent(err)
	}
	if len(record.Tables) == 0 {
		return nil
	}
	for _, t := range record.Tables {
		if t.Rows > maxRowsLimit {
			s.ledger.refused(reasonTooLarge, rowsOf(record))
			return consumererror.NewPermanent(fmt.Errorf("cannot store %d rows of one request: the limit is %d; send smaller batches", t.Rows, maxRowsLimit))
		}
	}
	record.Audit = isAudit(record)
	record.Request, _ = provenance.RequestHash(ctx, items)
	s.appends.RLock()
	defer s.appends.RUnlock()
	switch err := s.segments.Append(ctx, record); {
	case errors.Is(err, segment.ErrDuplicate):
		s.ledger.duplicate(rowsOf(record))
	case err != nil:
		return s.refuse(record, err)
	default:
		s.ledger.received(originRequest, rowsOf(record))
	}
	e.Stored()
	return nil
}

// isAudit says whether the request is of audit events alone: these may use the
// disk space that is kept from others.
func isAudit(record *segment.Record) bool {
	events := false
	for _, t := range record.Tables {
		switch t.Name {
		case rows.TableEvents:
			events = true
		case rows.TableResources:
		default:
			return false
		}
	}
	return events
}

// refuse tells the sender to try again, and when.
func (s *store) refuse(record *segment.Record, err error) error {
	reason, code := "error", codes.Unavailable
	switch {
	case errors.Is(err, segment.ErrFull):
		reason, code = segment.StateFull.String(), codes.ResourceExhausted
	case errors.Is(err, segment.ErrNoSpace):
		reason, code = segment.StateNoSpace.String(), codes.ResourceExhausted
	case errors.Is(err, segment.ErrReadOnly):
		reason = segment.StateReadOnly.String()
	}
	s.ledger.refused(reason, rowsOf(record))
	st := status.New(code, fmt.Sprintf("cannot store the request: %v", err))
	if detailed, detailErr := st.WithDetails(&errdetails.RetryInfo{RetryDelay: durationpb.New(retryDelay)}); detailErr == nil {
		st = detailed
	}
	return st.Err()
}

func (s *store) snapshot() metadata.Snapshot {
	stats := s.segments.Stats()
	snapshot := metadata.Snapshot{
		Rows: s.ledger.snapshot(), Segments: stats.Segments, Aside: s.aside.value(),
		Bytes: stats.Bytes, State: stats.State.String(),
	}
	if !stats.Oldest.IsZero() {
		snapshot.OldestAge = time.Since(stats.Oldest).Seconds()
	}
	return snapshot
}
