package demo

import (
	"context"
	"errors"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/weir-otel/weir/internal/simulate"
	"github.com/weir-otel/weir/internal/simulate/otlpclient"
)

const (
	batchSpans = 4000
	streams    = 3
)

// side is one collector with what the demo holds of it.
type side struct {
	binary    string
	at        layout
	collector *collector
	conn      driver.Conn
	stopLinks context.CancelFunc
	links     chan error
	linkEvery int
}

// startSide starts a collector without redaction and baseline, for the control.
func (r *run) startSide(ctx context.Context, at layout, sim *simulate.Simulation) (*side, error) {
	s := &side{binary: r.binary, at: at, linkEvery: 1}
	if err := sim.WriteCatalog(at.catalog()); err != nil {
		return nil, err
	}
	if err := s.start(ctx, "weir.yaml", parts{}); err != nil {
		return nil, err
	}
	return s, nil
}

// start runs the collector with the given parts and connects to its engine.
func (s *side) start(ctx context.Context, config string, with parts) error {
	path, err := s.at.configOf(config, with)
	if err != nil {
		return err
	}
	if s.collector, err = startCollector(ctx, s.binary, path, s.at); err != nil {
		return err
	}
	if s.conn, err = connect(s.at); err != nil {
		return errors.Join(err, s.collector.stop())
	}
	linkContext, cancel := context.WithCancel(context.WithoutCancel(ctx))
	s.stopLinks, s.links = cancel, make(chan error, 1)
	go func() { s.links <- keepSegments(linkContext, s.at, s.linkEvery) }()
	return nil
}

// replay sends a simulation over OTLP/gRPC.
func (s *side) replay(ctx context.Context, sim *simulate.Simulation, progress func(otlpclient.Progress)) (sent otlpclient.Progress, err error) {
	client, err := otlpclient.New(otlpclient.Options{Endpoint: s.at.otlpGRPC, Protocol: otlpclient.GRPC})
	if err != nil {
		return sent, err
	}
	defer func() { err = errors.Join(err, client.Close()) }()
	sent, err = otlpclient.Replay(ctx, client, sim, otlpclient.ReplayOptions{BatchSpans: batchSpans, Streams: streams, Progress: progress})
	if err != nil {
		return sent, errors.Join(err, s.collector.alive())
	}
	return sent, nil
}

// stop ends the collector in order; start may follow.
func (s *side) stop() error {
	if s == nil || s.collector == nil {
		return nil
	}
	var errs []error
	if s.stopLinks != nil {
		s.stopLinks()
		errs = append(errs, <-s.links)
		s.stopLinks = nil
	}
	if s.conn != nil {
		errs = append(errs, s.conn.Close())
		s.conn = nil
	}
	errs = append(errs, s.collector.stop())
	s.collector = nil
	return errors.Join(errs...)
}
