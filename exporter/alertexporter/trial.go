package alertexporter

import (
	"context"
	"fmt"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/exporter"

	"github.com/weir-otel/weir/exporter/alertexporter/internal/book"
	"github.com/weir-otel/weir/internal/finding"
)

// Trial is what became of a test alert at one destination.
type Trial struct {
	Destination string
	Err         error // nil: it took both the alert and its end
}

// Try tells every destination of a configuration a test alert, and then that it is
// over, by the same code that tells of findings. f is the alert. An error means
// that nobody could be told at all.
func Try(ctx context.Context, set exporter.Settings, cfg component.Config, host component.Host, f finding.Finding) ([]Trial, error) {
	a, err := newAlerts(set, cfg.(*Config))
	if err != nil {
		return nil, err
	}
	if a.book, err = book.Open(book.Options{}); err != nil {
		return nil, err
	}
	destinations, err := a.connect(ctx, host)
	if err != nil {
		return nil, err
	}
	trials := make([]Trial, len(destinations))
	for i, d := range destinations {
		trials[i] = Trial{d.name, d.try(ctx, f)}
		d.close()
	}
	return trials, nil
}

func (d *destination) try(ctx context.Context, f finding.Finding) error {
	f.Status = finding.Firing
	if err := d.notifier.Notify(ctx, []finding.Finding{f}); err != nil {
		return fmt.Errorf("cannot tell that it fires: %w", err)
	}
	f.Status, f.UpdatedAt = finding.Resolved, f.UpdatedAt.Add(time.Second)
	f.ResolvedAt = f.UpdatedAt
	if err := d.notifier.Notify(ctx, []finding.Finding{f}); err != nil {
		return fmt.Errorf("cannot tell that it is over: %w", err)
	}
	return nil
}
