package demo

import (
	"context"
	"errors"
	"path/filepath"
	"slices"

	"github.com/weir-otel/weir/internal/simulate"
)

// controlSpans are enough to plant every secret in every place.
const (
	controlSpans      = 30_000
	controlConnectors = 20
	controlDays       = 2
)

// control is the positive control of the search for leaks: the same secrets
// through a collector without redaction, where the same search must find all.
func (r *run) control(ctx context.Context) (result Control, err error) {
	result = Control{Found: []string{}, Missing: []string{}}
	at, err := newLayout(filepath.Join(r.at.dir, "control"), r.hook.url)
	if err != nil {
		return result, err
	}
	sim, err := simulate.New(simulate.Options{
		Seed: r.opts.Seed, Days: controlDays, Connectors: controlConnectors, Spans: controlSpans,
		Benign: true, Secrets: r.secrets,
	})
	if err != nil {
		return result, err
	}
	s, err := r.startSide(ctx, at, sim)
	if err != nil {
		return result, err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	sent, err := s.replay(ctx, sim, nil)
	if err != nil {
		return result, err
	}
	if err := waitSettled(ctx, s.collector, s.conn, sent.Spans, func(int, int) {}); err != nil {
		return result, err
	}
	leaks, _, err := searchLeaks(ctx, s.conn, at, r.secrets)
	if err != nil {
		return result, err
	}
	for name := range r.secrets.Named() {
		if leaks.In(name, "table ") && leaks.In(name, "segment, ") {
			result.Found = append(result.Found, name)
		} else {
			result.Missing = append(result.Missing, name)
		}
	}
	slices.Sort(result.Found)
	slices.Sort(result.Missing)
	return result, nil
}
