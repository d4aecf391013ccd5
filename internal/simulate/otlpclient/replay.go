package otlpclient

import (
	"context"
	"fmt"
	"time"

	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
	"golang.org/x/sync/errgroup"

	"github.com/weir-otel/weir/internal/simulate"
)

// ReplayOptions say how a simulation is sent.
type ReplayOptions struct {
	BatchSpans int            // spans in a request
	Streams    int            // requests under way at once
	Progress   func(Progress) // called after every request, from one goroutine at a time; may be nil
}

// Progress is how far a replay is.
type Progress struct {
	Spans, Calls, Bytes int
	At                  time.Time // simulated time
	Elapsed             time.Duration
}

// Replay sends a whole simulation, oldest first, and its planted logs.
func Replay(ctx context.Context, client *Client, sim *simulate.Simulation, opts ReplayOptions) (Progress, error) {
	began := time.Now()
	var total Progress
	sent := make(chan Progress)
	failed := make(chan error, 1)
	go func() { failed <- produce(ctx, client, sim, opts, sent) }()
	for p := range sent {
		total.Spans += p.Spans
		total.Calls += p.Calls
		total.Bytes += p.Bytes
		total.At = later(total.At, p.At)
		total.Elapsed = time.Since(began)
		if opts.Progress != nil {
			opts.Progress(total)
		}
	}
	if err := <-failed; err != nil {
		return total, err
	}
	logs := sim.PlantedLogs()
	if logs.LogRecordCount() == 0 {
		return total, nil
	}
	payload, err := plogotlp.NewExportRequestFromLogs(logs).MarshalProto()
	if err != nil {
		return total, fmt.Errorf("cannot encode logs: %w", err)
	}
	return total, client.Logs(ctx, payload)
}

// produce encodes batches and hands them to the streams; it closes sent when all are done.
func produce(ctx context.Context, client *Client, sim *simulate.Simulation, opts ReplayOptions, sent chan<- Progress) error {
	defer close(sent)
	group, sending := errgroup.WithContext(ctx)
	group.SetLimit(opts.Streams)
	for batch := range sim.Batches(opts.BatchSpans) {
		if sending.Err() != nil {
			break
		}
		group.Go(func() error {
			if err := client.Traces(sending, batch.Payload); err != nil {
				return err
			}
			sent <- Progress{Spans: batch.Spans, Calls: batch.Calls, Bytes: len(batch.Payload), At: batch.Until}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	return ctx.Err()
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
