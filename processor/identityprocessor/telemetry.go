package identityprocessor

import (
	"context"
	"errors"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/weir-otel/weir/internal/identity"
	"github.com/weir-otel/weir/processor/identityprocessor/internal/metadata"
)

// counters is the component's own telemetry.
type counters struct {
	records  metric.Int64Counter
	clamped  metric.Int64Counter
	stripped metric.Int64Counter
	reloads  metric.Int64Counter

	cells            [cells]metric.MeasurementOption // attributes of records, by cell
	applied, refused metric.MeasurementOption
}

// A cell is one combination of status, method and reason: an attributed record
// has no reason, an unattributed one no method.
const cells = identity.Statuses*identity.Methods + identity.Reasons

func cellOf(d *identity.Decision) int {
	if d.Status == identity.Unattributed {
		return identity.Statuses*identity.Methods + int(d.Reason)
	}
	return int(d.Status)*identity.Methods + int(d.Method)
}

// batchCounts is what one batch adds, added at its end.
type batchCounts struct {
	records           [cells]int64
	clamped, stripped int64
}

func newCounters(settings component.TelemetrySettings) (*counters, error) {
	meter := settings.MeterProvider.Meter(metadata.ScopeName)
	var errs [4]error
	c := &counters{
		applied: metric.WithAttributeSet(attribute.NewSet(attribute.String("outcome", "applied"))),
		refused: metric.WithAttributeSet(attribute.NewSet(attribute.String("outcome", "refused"))),
	}
	c.records, errs[0] = meter.Int64Counter("otelcol_processor_identity_records", metric.WithUnit("{record}"),
		metric.WithDescription("Spans and log records by how they were attributed."))
	c.clamped, errs[1] = meter.Int64Counter("otelcol_processor_identity_clamped", metric.WithUnit("{record}"),
		metric.WithDescription("Records whose time was too far from their arrival and was set to it."))
	c.stripped, errs[2] = meter.Int64Counter("otelcol_processor_identity_stripped", metric.WithUnit("{record}"),
		metric.WithDescription("Records and resources that arrived with lowcode.* attributes from a sender that may not set them."))
	c.reloads, errs[3] = meter.Int64Counter("otelcol_processor_identity_catalog_reloads", metric.WithUnit("{reload}"),
		metric.WithDescription("New contents of the catalog file."))
	for status := range identity.Statuses {
		for method := range identity.Methods {
			c.cells[status*identity.Methods+method] = attributesOf(identity.Status(status), identity.Method(method), identity.NoReason)
		}
	}
	for reason := range identity.Reasons {
		c.cells[identity.Statuses*identity.Methods+reason] = attributesOf(identity.Unattributed, identity.None, identity.Reason(reason))
	}
	return c, errors.Join(errs[:]...)
}

func attributesOf(status identity.Status, method identity.Method, reason identity.Reason) metric.MeasurementOption {
	return metric.WithAttributeSet(attribute.NewSet(
		attribute.String("status", status.String()),
		attribute.String("method", method.String()),
		attribute.String("reason", reason.String()),
	))
}

func (c *counters) add(ctx context.Context, counts *batchCounts) {
	for cell, n := range counts.records {
		if n > 0 {
			c.records.Add(ctx, n, c.cells[cell])
		}
	}
	if counts.clamped > 0 {
		c.clamped.Add(ctx, counts.clamped)
	}
	if counts.stripped > 0 {
		c.stripped.Add(ctx, counts.stripped)
	}
}
